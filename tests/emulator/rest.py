"""Send requests to the REST endpoints."""

from typing import Any

import httpx

from .api import Api

UNKNOWN = "0123456789abcdef01234567"


async def send(
    api: Api, method: str, path: str, body: object = None, **parameters: Any
) -> httpx.Response:
    """Send a request with the management token."""
    response = await api.http.request(
        method,
        path,
        json=body,
        params=parameters,
        headers={"authorization": f"Bearer {api.token}"},
    )
    assert response.status_code == 200, response.text
    return response


async def get(api: Api, path: str, **parameters: Any) -> Any:
    """Return the data of a successful GET request."""
    return data(await send(api, "GET", path, **parameters))


async def post(api: Api, path: str, body: object) -> Any:
    """Return the data of a successful POST request."""
    return data(await send(api, "POST", path, body))


async def rejection_code(
    api: Api, method: str, path: str, body: object = None, **parameters: Any
) -> int:
    """Return the error code of a rejected request."""
    content = (await send(api, method, path, body, **parameters)).json()
    assert set(content) == {"code", "message", "data"}
    assert content["data"] is None
    code: int = content["code"]
    assert code != 200
    return code


def data(response: httpx.Response) -> Any:
    """Return the data of a successful response."""
    content = response.json()
    assert set(content) == {"code", "message", "data"}
    assert content["code"] == 200, content
    return content["data"]
