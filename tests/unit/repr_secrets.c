/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names that look like secrets, and names that don't. */
#include "repr/secrets.h"
#include "tap.h"

static void check(const char *const *names, bool wanted)
{
	for (; *names; names++)
		if (secrets_match(*names, NULL) != wanted) {
			printf("# %s\n", *names);
			CHECK(!"it is judged rightly");
		}
}

static void test_secrets(void)
{
	static const char *const names[] = {
		"password",
		"PASSWORD",
		"db_password",
		"dbPassword",
		"userpasswd",
		"passwd2",
		"pwd",
		"my-pwd",
		"passphrase",
		"secret",
		"client_secret",
		"SECRET_KEY",
		"clientSecrets",
		"token",
		"access_token",
		"accessToken",
		"authtoken",
		"csrf_tokens",
		"api_key",
		"apikey",
		"API-Key",
		"x-api-key",
		"aws_access_key",
		"private key",
		"ssh_keys",
		"auth",
		"Authorization",
		"cookies",
		"jwt",
		"credentials",
		"aws_creds",
		"dsn",
		"__password",
		"_Store__token",
		NULL,
	};
	check(names, true);
}

static void test_others(void)
{
	static const char *const names[] = {
		"",        "x",       "key",     "keys",      "KEY",       "keyboard",
		"monkey",  "author",  "authors", "tokenizer", "passenger", "compass",
		"bypass",  "user",    "name",    "_",         "___",       "self",
		"options", "keyword", NULL,
	};
	check(names, false);
}

static void test_more(void)
{
	static const char *const more[] = {"fruit", "social security", NULL};
	CHECK(secrets_match("fruit", more));
	CHECK(secrets_match("best_FRUIT_2", more));
	CHECK(secrets_match("bestFruit", more));
	CHECK(secrets_match("social security", more));
	CHECK(!secrets_match("fruits", more));
	CHECK(secrets_match("password", more));
}

static void test_long(void)
{
	char name[4096];
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	CHECK(!secrets_match(name, NULL));
	memcpy(name + sizeof(name) - 10, "_password", 9);
	CHECK(secrets_match(name, NULL));
}

static void test_source(void)
{
	CHECK(secrets_in_source("connect(password='hunter2')", NULL));
	CHECK(secrets_in_source("API_KEY = \"abc\"", NULL));
	CHECK(secrets_in_source("x = {'token': 5}", NULL));
	CHECK(!secrets_in_source("connect(password=self.password)", NULL));
	CHECK(!secrets_in_source("print('hello', name)", NULL));
	CHECK(!secrets_in_source("", NULL));
}

int main(void)
{
	TEST("passwords, tokens and keys are secrets", test_secrets);
	TEST("what only sounds like one is none", test_others);
	TEST("more words make more secrets", test_more);
	TEST("long names are looked at to their end", test_long);
	TEST("a line of code with a name and a string hides both", test_source);
	return tap_finish();
}
