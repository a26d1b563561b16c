/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Structs that are called as CPython's are, for the reader of debugging information:
 * built twice with it, once with WRONG, where a member has another size.
 */
#include <stdint.h>

struct _typeobject;

typedef struct _object {
	int64_t ob_refcnt;
	struct _typeobject *ob_type;
} PyObject;

/* Declared and not defined here: no place to look. */
struct _is_unknown;

struct _is {
	union {
		/* Members of what has no name are members of the struct. */
		struct {
			char padding[24];
			struct _is *next;
		};
		long other;
	};
	struct {
		uint64_t count;
		struct {
			const void *first;
			void *volatile head;
		} list;
		void *head;
	} threads;
};

typedef volatile struct _ts {
	struct _ts *next;
	struct _is *const interp;
	unsigned int bit : 1;
	/* A bit has no offset. */
	unsigned int _status : 3;
#ifdef WRONG
	int32_t thread_id;
#else
	uint64_t thread_id;
#endif
} PyThreadState;

typedef struct PyCodeObject {
	PyObject ob_base;
	char padding[100];
	struct {
		void *before, *co_name;
		struct {
			int co_firstlineno;
		};
	};
	char co_code_adaptive[1];
} PyCodeObject;

/* Kept by the compiler because they are used. */
PyObject sample_object;
struct _is sample_interpreter;
PyThreadState sample_thread = {.next = 0};
PyCodeObject sample_code;
