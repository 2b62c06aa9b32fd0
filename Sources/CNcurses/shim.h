#ifndef LSTMSCOPE_CNCURSES_SHIM_H
#define LSTMSCOPE_CNCURSES_SHIM_H
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

/* The globals of curses are touched by one thread only; saying so is all that Swift 6 asks. */
#define NC_ONE_THREAD __attribute__((swift_attr("nonisolated(unsafe)")))
extern NC_ONE_THREAD WINDOW *stdscr;
extern NC_ONE_THREAD int COLORS, COLOR_PAIRS;

/* Macros with casts are not imported. */
static const attr_t NC_BOLD = A_BOLD, NC_UNDERLINE = A_UNDERLINE, NC_REVERSE = A_REVERSE;

/* Pairs above 32767 pass only through the last argument. */
static inline void nc_set_cell(
    cchar_t *cell, wchar_t character, wchar_t first_mark, wchar_t second_mark, attr_t attributes, int pair) {
  wchar_t text[4] = {character, first_mark, second_mark, 0};
  setcchar(cell, text, attributes, 0, &pair);
}

static inline int nc_window_size(int descriptor, int *width, int *height) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return -1;
  *width = size.ws_col;
  *height = size.ws_row;
  return 0;
}

/* memfd_create stands behind _GNU_SOURCE; 1 is MFD_CLOEXEC. */
static inline int nc_memory_file(const char *name) { return (int)syscall(SYS_memfd_create, name, 1u); }

static inline TERMINAL *nc_terminal(void) { return cur_term; }
/* wchar.h declares it for X/Open only. */
extern int wcwidth(wchar_t character);
static inline int nc_width(wchar_t character) { return wcwidth(character); }

static inline FILE *nc_stdout(void) { return stdout; }
static inline FILE *nc_stdin(void) { return stdin; }
static inline nl_item nc_codeset(void) { return CODESET; }
#endif
