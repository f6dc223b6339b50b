/// What a client and a mail server said to each other, without the secrets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alertmanager/configure/mail_ending.h"

namespace seadragon::alerts {

struct Exchange {
  Step step;
  std::string said = {};   ///< The command; empty when the server spoke first.
  int code = 0;            ///< Of the reply; 0: none came.
  std::string reply = {};  ///< Its text, lines joined by a blank. May hold anything.
};

/// Follows a session line by line, as both sides say it.
class SmtpDialogue {
 public:
  /// No secret is kept: neither as it is nor in base64 (RFC 4616, RFC 4954).
  explicit SmtpDialogue(const MailServer& server);

  /// The connection stands; TLS too, where it begins with that.
  void connected();
  void sent(std::string_view command);
  /// Of the mail itself; its end is awaited from here on.
  void content_sent();
  void received(std::string_view line);

  Step step() const { return step_; }
  /// Grows whenever the server has said something, or something was said to it.
  std::size_t progress() const { return progress_; }
  const std::vector<Exchange>& exchanges() const { return exchanges_; }
  /// What the last EHLO offered for AUTH, in the server's order.
  const std::vector<std::string>& mechanisms() const { return mechanisms_; }
  bool offers_starttls() const { return offers_starttls_; }
  /// AUTH LOGIN asked for other things than `Username:` and `Password:`.
  const std::string& odd_prompt() const { return odd_prompt_; }

 private:
  void begin(Step step, std::string said);
  void note_offer(std::string_view offer);
  void note_prompt(std::string_view challenge);
  std::string without_secrets(std::string_view text) const;

  std::vector<std::string> secrets_;
  std::vector<Exchange> exchanges_;
  std::vector<std::string> mechanisms_;
  std::string odd_prompt_;
  Step step_ = Step::connect;
  std::size_t progress_ = 0;
  bool offers_starttls_ = false;
  bool answers_challenge_ = false;
};

}  // namespace seadragon::alerts
