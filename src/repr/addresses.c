/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Objects whose text is that of a large number: uuid.UUID and those of ipaddress. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "object/integer.h"
#include "repr/formatters.h"
#include "repr/lookup.h"
#include "repr/quoted.h"

/* Enough for an IPv6 address, a scope and a prefix. */
#define ADDRESS_MAX 64
#define SCOPE_MAX   256

static struct pyinspect_error *write_call(struct repr *repr, const char *name,
					  const char *text)
{
	printer_text(&repr->printer, name);
	printer_text(&repr->printer, "(");
	struct quoted_style style = quoted_str(repr);
	struct pyinspect_error *error = quoted_write_text(repr, text, &style);
	if (!error)
		printer_text(&repr->printer, ")");
	return error;
}

/* CPython: Lib/uuid.py, UUID.__repr__() and __str__(). */
static struct pyinspect_error *format_uuid(struct repr *repr, uint64_t object,
					   const struct class *class)
{
	unsigned __int128 value;
	if (lookup_is_overridden(repr, class, (const char *const[]){"__str__", NULL}))
		return repr_opaque(repr, object, class);
	uint64_t number = lookup_attribute(repr, object, "int");
	if (!number)
		return error_at(PYINSPECT_ERROR_BAD_DATA, object, "it has no int");
	struct pyinspect_error *error = lookup_large_int(repr, number, &value);
	if (error)
		return error;
	uint64_t high = (uint64_t)(value >> 64), low = (uint64_t)value;
	bool is_fixed = repr->view->layout->dialect->class_names_are_fixed;
	return write_call(
		repr, is_fixed ? "UUID" : class->short_name,
		repr_printf(repr, "%08x-%04x-%04x-%04x-%012" PRIx64,
			    (unsigned int)(high >> 32), (unsigned int)(high >> 16 & 0xffff),
			    (unsigned int)(high & 0xffff), (unsigned int)(low >> 48),
			    low & UINT64_C(0xffffffffffff)));
}

static void ipv4_text(uint32_t value, char text[ADDRESS_MAX])
{
	snprintf(text, ADDRESS_MAX, "%u.%u.%u.%u", value >> 24, value >> 16 & 0xff,
		 value >> 8 & 0xff, value & 0xff);
}

#define HEXTETS 8

/* The first of the longest runs of zeros, of two at least; its length, 0 if there is none.
 */
static int longest_zeros(const unsigned int hextets[HEXTETS], int *start_ret)
{
	int best = 1;
	*start_ret = HEXTETS;
	for (int i = 0; i < HEXTETS; i++) {
		int end = i;
		while (end < HEXTETS && !hextets[end])
			end++;
		if (end - i > best) {
			best = end - i;
			*start_ret = i;
		}
	}
	return best > 1 ? best : 0;
}

/* CPython: Lib/ipaddress.py, _BaseV6._string_from_ip_int(). */
static void ipv6_text(unsigned __int128 value, char text[ADDRESS_MAX])
{
	unsigned int hextets[HEXTETS];
	for (int i = 0; i < HEXTETS; i++)
		hextets[i] = (unsigned int)(value >> (16 * (HEXTETS - 1 - i))) & 0xffff;
	int start, zeros = longest_zeros(hextets, &start);
	char *end = text;
	for (int i = 0; i < HEXTETS; i++) {
		if (zeros && i == start) {
			end += sprintf(end, "::");
			i += zeros - 1;
			continue;
		}
		bool follows = i && !(zeros && i == start + zeros);
		end += sprintf(end, follows ? ":%x" : "%x", hextets[i]);
	}
}

/* What sort of thing of ipaddress it is. */
struct address_sort {
	bool is_v6, is_network, is_interface;
};

static bool find_sort(struct repr *repr, const struct class *class,
		      struct address_sort *ret)
{
	static const struct {
		const char *name;
		struct address_sort sort;
	} sorts[] = {
		{"IPv4Interface", {false, false, true}},
		{"IPv6Interface", {true, false, true}},
		{"IPv4Address", {false, false, false}},
		{"IPv6Address", {true, false, false}},
		{"IPv4Network", {false, true, false}},
		{"IPv6Network", {true, true, false}},
	};
	uint64_t address;
	for (size_t i = 0; (address = class_mro(repr, class, i)); i++) {
		const struct class *base = class_try(repr, address);
		if (!base || !base->module || strcmp(base->module, "ipaddress") != 0) {
			/* It may have a text of its own. */
			if (class_dict_find(repr, address, "__str__"))
				return false;
			continue;
		}
		for (size_t j = 0; j < sizeof(sorts) / sizeof(sorts[0]); j++)
			if (strcmp(base->short_name, sorts[j].name) == 0) {
				*ret = sorts[j].sort;
				return true;
			}
	}
	return false;
}

/* str() of an address: its number, and a scope. */
static bool address_text(struct repr *repr, uint64_t object, const struct class *class,
			 bool is_v6, char text[ADDRESS_MAX + SCOPE_MAX])
{
	unsigned __int128 value;
	uint64_t number = lookup_attribute(repr, object, "_ip");
	uint64_t scope = lookup_attribute(repr, object, "_scope_id");
	cleanup_error struct pyinspect_error *error =
		number ? lookup_large_int(repr, number, &value) : NULL;
	if (!number || error || (!is_v6 && value >> 32))
		return false;
	/* Since 3.13 (gh-87799) mapped addresses are shown as such. */
	bool is_mapped = is_v6 && value >> 32 == 0xffff &&
			 class_lookup(repr, class, "_ipv4_mapped_ipv6_to_str");
	if (!is_v6)
		ipv4_text((uint32_t)value, text);
	else
		ipv6_text(is_mapped ? value >> 32 : value, text);
	if (is_mapped) {
		char mapped[ADDRESS_MAX];
		ipv4_text((uint32_t)value, mapped);
		strcat(strcat(text, ":"), mapped);
	}
	if (!scope || lookup_is_none(repr, scope))
		return true;
	const char *name = repr_string(repr, scope, SCOPE_MAX);
	if (!name || strlen(name) > SCOPE_MAX - 2)
		return false;
	if (*name)
		strcat(strcat(text, "%"), name);
	return true;
}

static bool prefix_length(struct repr *repr, uint64_t object, uint64_t *ret)
{
	bool negative;
	uint64_t number = lookup_attribute(repr, object, "_prefixlen");
	cleanup_error struct pyinspect_error *error =
		number ? integer_read(repr->view, number, ret, &negative) : NULL;
	return number && !error;
}

/* CPython: Lib/ipaddress.py, _BaseAddress.__repr__(), _BaseNetwork.__repr__(). */
static struct pyinspect_error *format_address(struct repr *repr, uint64_t object,
					      const struct class *class)
{
	struct address_sort sort;
	char text[ADDRESS_MAX + SCOPE_MAX];
	uint64_t prefix = 0, address = object;
	const struct class *address_class = class;
	if (!find_sort(repr, class, &sort))
		return repr_opaque(repr, object, class);
	if (sort.is_network) {
		address = lookup_attribute(repr, object, "network_address");
		struct pyinspect_error *error =
			address ? class_of(repr, address, &address_class)
				: error_at(PYINSPECT_ERROR_BAD_DATA, object,
					   "it has no network_address");
		if (error)
			return error;
	}
	bool has_prefix = sort.is_network || sort.is_interface;
	if (!address_text(repr, address, address_class, sort.is_v6, text) ||
	    (has_prefix && !prefix_length(repr, object, &prefix)))
		return repr_opaque(repr, object, class);
	return write_call(repr, class->short_name,
			  has_prefix ? repr_printf(repr, "%s/%" PRIu64, text, prefix)
				     : text);
}

const struct formatter address_formatters[] = {
	{.name = "uuid.UUID", .format = format_uuid},
	{.name = "ipaddress._BaseAddress", .format = format_address},
	{.name = "ipaddress._BaseNetwork", .format = format_address},
	{0},
};
