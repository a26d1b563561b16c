/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "repr/secrets.h"

/* Longer words are cut: none that is looked for is so long. */
#define WORD_SIZE 64

/* Any word that contains one of these. */
static const char *const parts[] = {
	"apikey", "credential", "passcode", "passphrase", "passwd", "password", "secret",
};

/* Any of these words. */
static const char *const words[] = {
	"auth", "authorization", "bearer", "cookie", "cookies", "dsn",       "jwt",  "otp",
	"pass", "pwd",           "token",  "tokens", "creds",   "sessionid", "csrf",
};

/* Any word that ends so: authtoken, sshkey isn't one of them. */
static const char *const endings[] = {"token", "tokens"};

/* These words, unless they are the whole name. */
static const char *const companions[] = {"key", "keys"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool is_one_of(const char *const *list, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], word) == 0)
			return true;
	return false;
}

static bool has_part(const char *word)
{
	for (size_t i = 0; i < COUNT(parts); i++)
		if (strstr(word, parts[i]))
			return true;
	return false;
}

static bool has_ending(const char *word)
{
	size_t length = strlen(word);
	for (size_t i = 0; i < COUNT(endings); i++) {
		size_t size = strlen(endings[i]);
		if (length > size && strcmp(word + length - size, endings[i]) == 0)
			return true;
	}
	return false;
}

static bool is_more(const char *const *more, const char *word)
{
	for (; more && *more; more++)
		if (strcasecmp(*more, word) == 0)
			return true;
	return false;
}

static bool is_letter(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* Copy the next word in small letters; false at the end. */
static bool next_word(const char **name, char word[WORD_SIZE])
{
	size_t length = 0;
	const char *c = *name;
	while (*c && !is_letter(*c))
		c++;
	for (; is_letter(*c); c++) {
		if (length && isupper((unsigned char)*c) && islower((unsigned char)c[-1]))
			break;
		if (length < WORD_SIZE - 1)
			word[length++] = (char)tolower((unsigned char)*c);
	}
	word[length] = '\0';
	*name = c;
	return length;
}

bool secrets_match(const char *name, const char *const *more)
{
	char word[WORD_SIZE];
	size_t count = 0;
	bool has_companion = false;
	/* A name may be given as a whole, too. */
	if (is_more(more, name))
		return true;
	while (next_word(&name, word)) {
		count++;
		if (has_part(word) || is_one_of(words, COUNT(words), word) ||
		    has_ending(word) || is_more(more, word))
			return true;
		has_companion |= is_one_of(companions, COUNT(companions), word);
	}
	return has_companion && count > 1;
}

static bool is_in_name(char c)
{
	return is_letter(c) || c == '_';
}

bool secrets_in_source(const char *line, const char *const *more)
{
	char name[4 * WORD_SIZE];
	if (!strpbrk(line, "\"'"))
		return false;
	while (*line) {
		size_t length = 0;
		while (*line && !is_in_name(*line))
			line++;
		for (; is_in_name(*line); line++)
			if (length < sizeof(name) - 1)
				name[length++] = *line;
		name[length] = '\0';
		if (length && secrets_match(name, more))
			return true;
	}
	return false;
}
