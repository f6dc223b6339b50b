#include <array>
#include <charconv>
#include <string>

#include "alertmanager/configure/mail_ending.h"

namespace seadragon::alerts {
namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

struct Phrase {
  std::string_view text;
  Cause cause;
  Step step;
};

/// The first that is found decides, so the narrow ones stand before the wide ones.
constexpr std::array phrases = {
    Phrase{"no mechanism available", Cause::unknown_mechanism, Step::auth},
    Phrase{"SASL authentication failed", Cause::refused, Step::auth},
    Phrase{"Host or domain name not found", Cause::unresolved, Step::connect},
    Phrase{"unable to look up host", Cause::unresolved, Step::connect},
    Phrase{"Name service error", Cause::unresolved, Step::connect},
    Phrase{"Connection refused", Cause::closed, Step::connect},
    Phrase{"Connection timed out", Cause::silent, Step::connect},
    Phrase{"No route to host", Cause::silent, Step::connect},
    Phrase{"Network is unreachable", Cause::silent, Step::connect},
    Phrase{"TLS is required, but was not offered", Cause::no_starttls, Step::starttls},
    Phrase{"certificate has expired", Cause::expired, Step::tls},
    Phrase{"Server certificate not trusted", Cause::untrusted, Step::tls},
    Phrase{"Server certificate not verified", Cause::wrong_name, Step::tls},
    Phrase{"Cannot start TLS", Cause::other, Step::tls},
};

constexpr std::array steps = {
    Phrase{"initial server greeting", Cause::other, Step::greeting},
    Phrase{"performing the EHLO handshake", Cause::other, Step::ehlo},
    Phrase{"performing the HELO handshake", Cause::other, Step::ehlo},
    Phrase{"EHLO command", Cause::other, Step::ehlo},
    Phrase{"STARTTLS", Cause::other, Step::starttls},
    Phrase{"SASL", Cause::other, Step::auth},
    Phrase{"AUTH command", Cause::other, Step::auth},
    Phrase{"MAIL FROM", Cause::other, Step::mail},
    Phrase{"RCPT TO", Cause::other, Step::rcpt},
    Phrase{"end of DATA", Cause::other, Step::content},
    Phrase{"end of data", Cause::other, Step::content},
    Phrase{"sending message body", Cause::other, Step::content},
    Phrase{"DATA command", Cause::other, Step::data},
};

Step step_in(std::string_view reason) {
  for (const Phrase& phrase : steps) {
    if (contains(reason, phrase.text)) return phrase.step;
  }
  return Step::connect;
}

/// The server's words stand behind "said: " or "refused to talk to me: ", the step behind them.
std::string_view words_in(std::string_view reason) {
  for (const std::string_view before : {"said: ", "refused to talk to me: "}) {
    if (const auto at = reason.find(before); at != std::string_view::npos) {
      const std::string_view words = reason.substr(at + before.size());
      return words.substr(0, words.rfind(" (in reply to "));
    }
  }
  return reason;
}

int code_in(std::string_view words) {
  int code = 0;
  const std::string_view digits = words.substr(0, 3);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code);
  return error == std::errc() && code >= 200 && code < 600 ? code : 0;
}

}  // namespace

MailEnding ending_of_postfix(std::string_view reason) {
  const std::string_view words = words_in(reason);
  MailEnding ending{.cause = Cause::other, .code = code_in(words), .words = std::string(words)};
  // Whatever a server says between its first and last word is none of Postfix.
  std::string own(reason);
  if (words.size() < reason.size())
    own.erase(static_cast<std::size_t>(words.data() - reason.data()), words.size());
  for (const Phrase& phrase : phrases) {
    if (!contains(own, phrase.text)) continue;
    ending.cause = phrase.cause;
    ending.step = phrase.step;
    return ending;
  }
  ending.step = step_in(own);
  if (contains(own, "lost connection")) {
    ending.cause = Cause::cut;
  } else if (contains(own, "timed out")) {
    ending.cause = Cause::silent;
  } else if (contains(own, "refused to talk to me")) {
    ending.cause = Cause::refused;
    ending.step = Step::greeting;
  } else if (ending.code >= 400) {
    ending.cause = Cause::refused;
  }
  return ending;
}

}  // namespace seadragon::alerts
