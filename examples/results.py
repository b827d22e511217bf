# %% [markdown]
# Results are data: attributes, items of a dict, JSON, pages, tables and reprs.
#
# The comments that begin with `# >` are the output. Each cell can also be run in a notebook. Start
# an emulator with `authing-users emulator`, copy the lines that begin with `export` to another
# terminal, and run `python -m examples.results` there. The pool must be empty.

# %%
import copy
import json
from typing import Any

from authing_users import ManagementClient, User

client = ManagementClient(lang="en-US")
client.udf.set("USER", "level", "NUMBER", "Level")
client.udf.set("USER", "hireDate", "DATETIME", "Hired")
for name in ("ada", "bob", "eve", "joe"):
    client.users.create(
        {"username": name, "nickname": name.title(), "registerSource": ["import:manual"]},
        custom_data={"level": len(name), "hireDate": "2026-01-02T03:04:05+00:00"},
    )

# %% One value, three ways to read it
ada = client.users.find(username="ada", with_custom_data=True)
assert ada is not None
print(ada.nickname, ada["nickname"], ada.get("nickname"), "nickname" in ada)
# > Ada Ada Ada True
print(ada.register_source, ada["registerSource"], ada.get("nope", "default"))
# > ['import:manual'] ['import:manual'] default
print(isinstance(ada, dict), isinstance(ada.to_dict(), dict))
# > False True

# %% A dict, and JSON
content = ada.to_dict()
print(type(content), content["customData"]["level"], content["phone"])
# > <class 'dict'> 3 None
print(json.loads(json.dumps(content)) == json.loads(ada.to_json()) == content)
# > True
print(json.dumps({"user": ada}, default=lambda result: result.to_dict())[:15])
# > {"user": {"id":
print({**ada}["username"], dict(ada)["username"], len(ada) == len(list(ada)))
# > ada ada True
print(copy.deepcopy(ada) == ada.copy() == ada)
# > True

# %% Your own items, next to those of the API
ada["tenant_id"] = "acme"
ada.update({"seen": True})
print(ada["tenant_id"], ada.pop("seen"), ada.setdefault("rank", 1), ada.to_dict()["rank"])
# > acme True 1 1
ada["nickname"] = "Countess"
print(ada.nickname)
# > Countess
try:
    ada.pop("username")
except TypeError as error:
    print(str(error).rpartition(": ")[2])
# > use .to_dict(), which returns a dict of your own

# %% A field that this version of the library does not know
newer: Any = User.model_validate({"id": "1", "userSourceType": "register"})
print(newer["userSourceType"], newer.userSourceType, newer.to_dict()["userSourceType"])
# > register register register

# %% A page is a sequence of its items, and has fields
page = client.users.list(limit=3, sort_by="CREATEDAT_ASC")
print([user.username for user in page], len(page), page["totalCount"])
# > ['ada', 'bob', 'eve'] 3 4
print(page[0].username, page[-1].username, [user.username for user in page[1:]])
# > ada eve ['bob', 'eve']
print(page[0] in page, page.list == list(page), list(dict(page)))
# > True True ['totalCount', 'list']
rows = page.to_dicts()
print(len(rows), rows[0]["username"])
# > 3 ada
everybody = list(client.users.iter_list(sort_by="CREATEDAT_ASC"))
print([user["username"] for user in everybody])
# > ['ada', 'bob', 'eve', 'joe']
print("empty" if not client.users.list(page=9) else "not empty")
# > empty

# %% Short reprs, without secrets
print(page)
# > 3 of 4: ada, bob, eve
print(repr(page))
# > PaginatedUsers(3 of 4: ada, bob, eve)
print(repr(User(id="1", username="ada", token="secret", photo=None)))
# > User(id='1', username='ada', token='**********')
print(User(id="1", nickname="<ada>")._repr_html_())
# > <table>
# > <caption>User</caption>
# > <tr><th>id</th><td>1</td></tr>
# > <tr><th>nickname</th><td>&lt;ada&gt;</td></tr>
# > </table>

# %% Documentation of fields, also by help(User)
print(User.model_fields["given_name"].description)
# > Given name.
print((User.__doc__ or "").splitlines()[3])
# >     id (str): ID: 24 hexadecimal digits.

client.close()
