#pragma once

#include <string_view>

/// The guardian: a small process that stands over one program and all that the program starts.
///
/// It is forked by the supervisor, has one thread, and does not exec. As a child subreaper it
/// inherits every descendant of the program whose parent has ended, whatever session that is in, so
/// its children are all that is left. It ends the program when its socket says no more: told to
/// stop, or the server has died. When the program has ended, in whatever way, it kills what is
/// left, until there is none. Only then it tells the server, and ends.
namespace parlor {

/// The life of a guardian whose socket to the server is `server`. `options` is a message
/// (child_messages.hpp). Whoever calls this ends with _exit afterwards.
void keep(int server, std::string_view options);

}  // namespace parlor
