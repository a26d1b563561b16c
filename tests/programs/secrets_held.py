"""Secrets in all places, and things that only look like one."""

import collections

import truth


class Account(object):
    def __init__(self):
        self.user = "alice-shown"
        self.password = "hidden-attribute"
        self.nested = {"deep": [{"API-Key": "hidden-deep-key"}]}


class Slotted(object):
    __slots__ = ("secret_key", "label")

    def __init__(self):
        self.secret_key = "hidden-slot"
        self.label = "label-shown"


Login = collections.namedtuple("Login", "user password")
ORDERED = collections.OrderedDict([("password", "hidden-ordered"), ("user", "ordered-shown")])
FACTORY = collections.defaultdict(None, {"password": "hidden-default", "user": "default-shown"})
LOGIN = Login("login-shown", "hidden-named")
if hasattr(dict, "viewvalues"):
    VIEWS = [FACTORY.viewvalues(), FACTORY.viewitems(), ORDERED.viewvalues()]
else:
    VIEWS = [FACTORY.values(), ORDERED.values(), ORDERED.items()]
DB_PASSWORD = "hidden-global"
SETTINGS = {"SECRET_KEY": "hidden-setting", "DEBUG": "debug-shown", "oauth": {"accessToken": "hidden-camel"}}


def connect(account, slotted, token, api_key, headers, byte_headers, key, keyboard, fruit, **kwargs):
    authToken = "hidden-auth-token"
    my_passwd2 = ["hidden-list"]
    monkey = "monkey-shown"
    truth.hang()
    return authToken, my_passwd2, monkey


truth.notes["secrets"] = [
    "hidden-attribute", "hidden-deep-key", "hidden-slot", "hidden-global", "hidden-setting", "hidden-camel",
    "hidden-token", "hidden-api-key", "hidden-header", "hidden-byte-header", "hidden-auth-token", "hidden-list",
    "hidden-keyword", "hidden-ordered", "hidden-default", "hidden-named",
]
truth.notes["public"] = [
    "alice-shown", "label-shown", "debug-shown", "text/html", "the-key-shown", "qwerty-shown", "monkey-shown",
    "other-shown", "ordered-shown", "default-shown", "login-shown",
]
connect(
    Account(), Slotted(), "hidden-" + "token", "hidden-" + "api-key",
    [("Authorization", "hidden-header"), ("Accept", "text/html")], {b"cookie": "hidden-byte-header"},
    "the-key-shown", "qwerty-shown", "plum-jam", db_password="hidden-keyword", other="other-shown",
)
