/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sockets: Modules/socketmodule.h, PySocketSockObject; Lib/socket.py, Lib/ssl.py. */
#include "base/cleanup.h"
#include "repr/describe.h"
#include "repr/formatters.h"
#include "repr/lookup.h"
#include "repr/member.h"

struct name {
	int number;
	const char *text;
};

/* Linux: include/linux/socket.h, include/linux/net.h. */
static const struct name families[] = {
	{0, "AF_UNSPEC"},
	{1, "AF_UNIX"},
	{2, "AF_INET"},
	{10, "AF_INET6"},
	{16, "AF_NETLINK"},
	{17, "AF_PACKET"},
	{29, "AF_CAN"},
	{30, "AF_TIPC"},
	{31, "AF_BLUETOOTH"},
	{38, "AF_ALG"},
	{40, "AF_VSOCK"},
	{42, "AF_QIPCRTR"},
	{0},
};
static const struct name types[] = {
	{1, "SOCK_STREAM"}, {2, "SOCK_DGRAM"},     {3, "SOCK_RAW"},
	{4, "SOCK_RDM"},    {5, "SOCK_SEQPACKET"}, {0},
};

/* Bits of the type that are flags: SOCK_NONBLOCK, SOCK_CLOEXEC. */
#define TYPE_MASK 0xf

static void write_name(struct repr *repr, const struct name *names, uint64_t number,
		       const char *what)
{
	for (; names->text; names++)
		if ((uint64_t)names->number == number) {
			printer_printf(&repr->printer, " %s", names->text);
			return;
		}
	printer_printf(&repr->printer, " %s %d", what, (int32_t)number);
}

#define NS_PER_S 1e9

/* In ns; 2.7: in seconds, as a double. Negative is none. */
static void write_timeout(struct repr *repr, uint64_t object)
{
	union {
		uint64_t word;
		double number;
	} timeout;
	if (!member_try(repr, object, 24, 8, &timeout.word))
		return;
	double seconds = repr->view->layout->dialect->bytes_are_str
				 ? timeout.number
				 : (double)(int64_t)timeout.word / NS_PER_S;
	if (seconds == 0)
		printer_text(&repr->printer, " non-blocking");
	else if (seconds > 0)
		printer_printf(&repr->printer, " timeout %g s", seconds);
}

static struct pyinspect_error *write_socket(struct repr *repr, uint64_t object)
{
	uint64_t fd, family, type;
	struct pyinspect_error *error = member_read(repr, object, 0, 4, &fd);
	if (!error)
		error = member_read(repr, object, 4, 4, &family);
	if (!error)
		error = member_read(repr, object, 8, 4, &type);
	if (error)
		return error;
	if ((int32_t)fd < 0)
		printer_text(&repr->printer, " closed");
	else
		printer_printf(&repr->printer, " fd %d", (int32_t)fd);
	write_name(repr, families, family, "family");
	write_name(repr, types, type & TYPE_MASK, "type");
	write_timeout(repr, object);
	return NULL;
}

static struct pyinspect_error *format_socket(struct repr *repr, uint64_t object,
					     const struct class *class)
{
	describe_class(repr, class);
	struct pyinspect_error *error = write_socket(repr, object);
	printer_text(&repr->printer, ">");
	return error;
}

/* 2.7's class has the socket of C in a slot; closed, what stands for it is no socket. */
static struct pyinspect_error *format_socket2(struct repr *repr, uint64_t object,
					      const struct class *class)
{
	const struct class *inner;
	uint64_t socket = lookup_attribute(repr, object, "_sock");
	describe_class(repr, class);
	struct pyinspect_error *error = socket ? class_of(repr, socket, &inner) : NULL;
	if (!error && socket && inner->base->formatter &&
	    inner->base->formatter->format == format_socket)
		error = write_socket(repr, socket);
	else
		printer_text(&repr->printer, " closed");
	printer_text(&repr->printer, ">");
	return error;
}

const struct formatter socket_formatters[] = {
	{.name = "_socket.socket", .format = format_socket},
	{0},
};

const struct formatter socket_classes[] = {
	{.name = "socket.socket", .format = format_socket},
	{.name = "socket._socketobject", .format = format_socket2},
	{0},
};
