/// Why a mail was not delivered, as the value of a label.
#pragma once

#include <string>
#include <string_view>

namespace seadragon::exporter {

/// The words of a mail server, or of Postfix about it, in valid UTF-8, at most 200 bytes and with
/// single blanks. What differs from one try to the next would make a series of each try, so it is
/// replaced by dots: identifiers of sessions and queue files, times, and how many seconds to wait.
/// Which of its addresses a host was tried at is left out. Empty when nothing is left.
std::string mail_reason(std::string_view words);

}  // namespace seadragon::exporter
