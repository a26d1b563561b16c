/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What starting and ending any dynamically linked program costs. */
int main(void)
{
	return 0;
}
