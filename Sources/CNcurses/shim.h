#ifndef LSTMSCOPE_CNCURSES_SHIM_H
#define LSTMSCOPE_CNCURSES_SHIM_H
#define NCURSES_WIDECHAR 1
#include <curses.h>
#endif
