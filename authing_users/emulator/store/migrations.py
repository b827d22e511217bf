"""The migrations of the database. Never edit a published migration; add a new one."""

import sqlite3

# Columns have the names of GraphQL fields, so rows need no conversion. ``seq`` is the order of
# creation, ``revision`` the order of the last change. Both also order changes within one second.
_INITIAL = (
    """
    CREATE TABLE userpool (
      id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, domain TEXT NOT NULL, description TEXT,
      secret TEXT NOT NULL, jwtSecret TEXT NOT NULL, ownerId TEXT NOT NULL, userpoolTypes TEXT,
      logo TEXT NOT NULL, createdAt TEXT NOT NULL, updatedAt TEXT NOT NULL,
      emailVerifiedDefault INTEGER NOT NULL DEFAULT 0, sendWelcomeEmail INTEGER NOT NULL DEFAULT 0,
      registerDisabled INTEGER NOT NULL DEFAULT 0, appSsoEnabled INTEGER NOT NULL DEFAULT 0,
      showWxQRCodeWhenRegisterDisabled INTEGER, allowedOrigins TEXT,
      tokenExpiresAfter INTEGER NOT NULL, isDeleted INTEGER NOT NULL DEFAULT 0,
      frequentRegisterCheck TEXT, loginFailCheck TEXT, passwordUpdatePolicy TEXT,
      loginPasswordFailCheck TEXT, loginFailStrategy TEXT, changePhoneStrategy TEXT,
      changeEmailStrategy TEXT, qrcodeLoginStrategy TEXT, app2WxappLoginStrategy TEXT,
      whitelist TEXT, customSMSProvider TEXT, packageType INTEGER, useCustomUserStore INTEGER,
      loginRequireEmailVerified INTEGER, verifyCodeLength INTEGER,
      ownerEmail TEXT NOT NULL, managementKey TEXT NOT NULL, privateKey TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE users (
      seq INTEGER PRIMARY KEY, revision INTEGER NOT NULL UNIQUE,
      resetPasswordOnFirstLogin INTEGER NOT NULL DEFAULT 0,
      id TEXT NOT NULL UNIQUE, arn TEXT NOT NULL, userPoolId TEXT NOT NULL, status TEXT,
      username TEXT UNIQUE, email TEXT UNIQUE, emailVerified INTEGER,
      phone TEXT UNIQUE, phoneCountryCode TEXT, phoneVerified INTEGER,
      unionid TEXT UNIQUE, openid TEXT UNIQUE, nickname TEXT, registerSource TEXT, photo TEXT,
      oauth TEXT, token TEXT, tokenExpiredAt TEXT, loginsCount INTEGER, lastLogin TEXT,
      lastIP TEXT, signedUp TEXT, blocked INTEGER, isDeleted INTEGER, device TEXT, browser TEXT,
      company TEXT, name TEXT, givenName TEXT, familyName TEXT, middleName TEXT, profile TEXT,
      preferredUsername TEXT, website TEXT, gender TEXT, birthdate TEXT, zoneinfo TEXT,
      locale TEXT, address TEXT, formatted TEXT, streetAddress TEXT, locality TEXT, region TEXT,
      postalCode TEXT, city TEXT, province TEXT, country TEXT,
      createdAt TEXT NOT NULL, updatedAt TEXT NOT NULL, externalId TEXT UNIQUE,
      mainDepartmentId TEXT, mainDepartmentCode TEXT
    )
    """,
    # A separate table, so that no query for users can leak a hash.
    """
    CREATE TABLE credentials (
      userId TEXT PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      kept INTEGER NOT NULL, value TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE identities (
      seq INTEGER PRIMARY KEY,
      userId TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      userPoolId TEXT NOT NULL, provider TEXT NOT NULL, userIdInIdp TEXT NOT NULL, openid TEXT,
      isSocial INTEGER, connectionId TEXT, accessToken TEXT, refreshToken TEXT, type TEXT,
      extIdpId TEXT,
      UNIQUE (provider, userIdInIdp)
    )
    """,
    "CREATE INDEX identities_by_user ON identities (userId)",
    """
    CREATE TABLE user_tokens (
      jti TEXT PRIMARY KEY NOT NULL,
      userId TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      expiresAt REAL NOT NULL
    )
    """,
    "CREATE INDEX user_tokens_by_user ON user_tokens (userId)",
    """
    CREATE TABLE roles (
      seq INTEGER PRIMARY KEY, revision INTEGER NOT NULL UNIQUE, id TEXT NOT NULL UNIQUE,
      namespace TEXT NOT NULL, code TEXT NOT NULL, arn TEXT NOT NULL, description TEXT,
      isSystem INTEGER NOT NULL DEFAULT 0, createdAt TEXT NOT NULL, updatedAt TEXT NOT NULL,
      parentId TEXT REFERENCES roles (id) ON DELETE SET NULL,
      UNIQUE (namespace, code)
    )
    """,
    "CREATE INDEX roles_by_parent ON roles (parentId)",
    """
    CREATE TABLE role_users (
      roleId TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
      userId TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      PRIMARY KEY (roleId, userId)
    )
    """,
    "CREATE INDEX role_users_by_user ON role_users (userId)",
    # "groups" is a reserved word of SQL.
    """
    CREATE TABLE user_groups (
      seq INTEGER PRIMARY KEY, revision INTEGER NOT NULL UNIQUE, id TEXT NOT NULL UNIQUE,
      code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, description TEXT,
      createdAt TEXT NOT NULL, updatedAt TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE group_users (
      groupId TEXT NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
      userId TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      PRIMARY KEY (groupId, userId)
    )
    """,
    "CREATE INDEX group_users_by_user ON group_users (userId)",
)

_CUSTOM_FIELDS_AND_POLICIES = (
    """
    CREATE TABLE udf (
      seq INTEGER PRIMARY KEY, targetType TEXT NOT NULL, key TEXT NOT NULL,
      dataType TEXT NOT NULL, label TEXT, options TEXT,
      UNIQUE (targetType, key)
    )
    """,
    """
    CREATE TABLE udv (
      targetType TEXT NOT NULL, targetId TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
      PRIMARY KEY (targetType, targetId, key),
      FOREIGN KEY (targetType, key) REFERENCES udf (targetType, key) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX udv_by_field ON udv (targetType, key)",
    """
    CREATE TABLE policies (
      seq INTEGER PRIMARY KEY, revision INTEGER NOT NULL UNIQUE, id TEXT NOT NULL UNIQUE,
      namespace TEXT NOT NULL, code TEXT NOT NULL, isDefault INTEGER NOT NULL DEFAULT 0,
      description TEXT, statements TEXT NOT NULL,
      createdAt TEXT NOT NULL, updatedAt TEXT NOT NULL,
      UNIQUE (namespace, code)
    )
    """,
    """
    CREATE TABLE policy_assignments (
      seq INTEGER PRIMARY KEY,
      policyId TEXT NOT NULL REFERENCES policies (id) ON DELETE CASCADE,
      targetType TEXT NOT NULL, targetId TEXT NOT NULL, enabled INTEGER NOT NULL DEFAULT 1,
      UNIQUE (policyId, targetType, targetId)
    )
    """,
    "CREATE INDEX policy_assignments_by_target ON policy_assignments (targetType, targetId)",
    # Triggers, because a foreign key cannot reference several tables.
    """
    CREATE TRIGGER users_deleted AFTER DELETE ON users BEGIN
      DELETE FROM udv WHERE targetType = 'USER' AND targetId = old.id;
      DELETE FROM policy_assignments WHERE targetType = 'USER' AND targetId = old.id;
    END
    """,
    """
    CREATE TRIGGER roles_deleted AFTER DELETE ON roles BEGIN
      DELETE FROM udv WHERE targetType = 'ROLE' AND targetId = old.id;
      DELETE FROM policy_assignments WHERE targetType = 'ROLE' AND targetId = old.id;
    END
    """,
    """
    CREATE TRIGGER groups_deleted AFTER DELETE ON user_groups BEGIN
      DELETE FROM policy_assignments WHERE targetType = 'GROUP' AND targetId = old.id;
    END
    """,
)

_ORGANISATIONS_AND_ACTIONS = (
    # Each department stores its path, because trees change rarely.
    """
    CREATE TABLE departments (
      seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, orgId TEXT NOT NULL,
      parentId TEXT REFERENCES departments (id) ON DELETE CASCADE,
      name TEXT NOT NULL, code TEXT NOT NULL, description TEXT, root INTEGER NOT NULL,
      depth INTEGER NOT NULL, path TEXT NOT NULL, codePath TEXT NOT NULL, namePath TEXT NOT NULL,
      createdAt TEXT NOT NULL, updatedAt TEXT NOT NULL,
      UNIQUE (orgId, code)
    )
    """,
    "CREATE INDEX departments_by_parent ON departments (parentId)",
    """
    CREATE TABLE department_users (
      departmentId TEXT NOT NULL REFERENCES departments (id) ON DELETE CASCADE,
      userId TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      joinedAt TEXT NOT NULL,
      PRIMARY KEY (departmentId, userId)
    )
    """,
    "CREATE INDEX department_users_by_user ON department_users (userId)",
    # No foreign keys: entries stay when a user is deleted.
    """
    CREATE TABLE actions (
      seq INTEGER PRIMARY KEY, requestId TEXT NOT NULL, milliseconds INTEGER NOT NULL,
      operation TEXT NOT NULL, operatorId TEXT NOT NULL, operatorArn TEXT NOT NULL,
      operatorName TEXT, operatorPhoto TEXT, clientIp TEXT NOT NULL, userAgent TEXT NOT NULL,
      host TEXT NOT NULL, path TEXT NOT NULL, appId TEXT NOT NULL, targets TEXT NOT NULL
    )
    """,
    "CREATE INDEX actions_by_operation ON actions (operation)",
    """
    CREATE TABLE outbox (
      seq INTEGER PRIMARY KEY, email TEXT NOT NULL, scene TEXT NOT NULL,
      userId TEXT NOT NULL, appId TEXT, sentAt TEXT NOT NULL
    )
    """,
    "CREATE TABLE environment (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL)",
    "CREATE INDEX users_by_status ON users (status)",
)

_NEWER_USER_FIELDS = (
    "ALTER TABLE users ADD COLUMN expiredAt TEXT",
    "ALTER TABLE users ADD COLUMN directManagement TEXT",
)

_SECRET_VERSION = ("ALTER TABLE userpool ADD COLUMN secretVersion INTEGER NOT NULL DEFAULT 0",)

# Only deterministic emulators use it.
_SEQUENCES = ("CREATE TABLE sequences (name TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL)",)

_SIGNING_KEYS_AND_OPEN_MAILS = (
    "ALTER TABLE userpool ADD COLUMN tokenAlgorithm TEXT NOT NULL DEFAULT 'HS256'",
    "CREATE TABLE signing_keys (seq INTEGER PRIMARY KEY, kid TEXT NOT NULL UNIQUE,"
    " privateKey TEXT NOT NULL)",
    # Some e-mails go to addresses that no user has.
    "ALTER TABLE outbox RENAME TO old_outbox",
    """
    CREATE TABLE outbox (
      seq INTEGER PRIMARY KEY, email TEXT NOT NULL, scene TEXT NOT NULL,
      userId TEXT, appId TEXT, sentAt TEXT NOT NULL
    )
    """,
    "INSERT INTO outbox SELECT seq, email, scene, userId, appId, sentAt FROM old_outbox",
    "DROP TABLE old_outbox",
)

_NAMESPACES_AND_GRANTS = (
    """
    CREATE TABLE namespaces (
      id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, description TEXT
    )
    """,
    "INSERT INTO namespaces (id, code, name) VALUES (1, 'default', 'default')",
    """
    CREATE TABLE resources (
      seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
      namespaceId INTEGER NOT NULL REFERENCES namespaces (id) ON DELETE CASCADE,
      code TEXT NOT NULL, type TEXT NOT NULL, description TEXT, actions TEXT NOT NULL,
      apiIdentifier TEXT, createdAt TEXT NOT NULL, updatedAt TEXT NOT NULL,
      UNIQUE (namespaceId, code)
    )
    """,
    # As with roles and policies, the namespace need not be in the table of namespaces.
    """
    CREATE TABLE grants (
      seq INTEGER PRIMARY KEY, namespace TEXT NOT NULL, resource TEXT NOT NULL,
      resourceType TEXT, targetType TEXT NOT NULL, targetId TEXT NOT NULL, actions TEXT NOT NULL,
      UNIQUE (namespace, resource, targetType, targetId)
    )
    """,
    "CREATE INDEX grants_by_target ON grants (targetType, targetId)",
    *(
        f"""
        CREATE TRIGGER grants_of_{table} AFTER DELETE ON {table} BEGIN
          DELETE FROM grants WHERE targetType = '{target_type}' AND targetId = old.id;
        END
        """
        for target_type, table in (
            ("USER", "users"),
            ("ROLE", "roles"),
            ("GROUP", "user_groups"),
        )
    ),
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    _INITIAL,
    _CUSTOM_FIELDS_AND_POLICIES,
    _ORGANISATIONS_AND_ACTIONS,
    _NEWER_USER_FIELDS,
    _SECRET_VERSION,
    _SEQUENCES,
    _SIGNING_KEYS_AND_OPEN_MAILS,
    _NAMESPACES_AND_GRANTS,
)

APPLICATION_ID = 0x41757468
"""Identifies database files of the emulator ("Auth" in ASCII)."""


class IncompatibleDatabaseError(Exception):
    """The file belongs to another program or to a newer emulator. The message says which."""


def check_compatible(connection: sqlite3.Connection) -> None:
    """Check that a database is empty, or that this emulator or an older one wrote it.

    Raises:
        IncompatibleDatabaseError: The file belongs to another program or to a newer emulator.
    """
    version = _version(connection)
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application_id != APPLICATION_ID and (application_id or version or tables):
        message = "is a database of another program"
        raise IncompatibleDatabaseError(message)
    if version > len(MIGRATIONS):
        message = (
            f"was written by a newer emulator (database version {version}, "
            f"supported up to {len(MIGRATIONS)})"
        )
        raise IncompatibleDatabaseError(message)


def migrate(connection: sqlite3.Connection) -> None:
    """Run the pending migrations, each in its own transaction."""
    version = _version(connection)
    for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
