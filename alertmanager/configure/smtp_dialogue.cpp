#include "alertmanager/configure/smtp_dialogue.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <sstream>
#include <utility>

#include "alertmanager/configure/base64.h"

namespace seadragon::alerts {
namespace {

std::string upper(std::string_view text) {
  std::string changed(text);
  std::ranges::transform(changed, changed.begin(),
                         [](unsigned char byte) { return std::toupper(byte); });
  return changed;
}

std::string_view without_line_end(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::optional<Step> step_of(std::string_view command) {
  static constexpr std::pair<std::string_view, Step> steps[] = {
      {"EHLO", Step::ehlo}, {"HELO", Step::ehlo}, {"STARTTLS", Step::starttls},
      {"AUTH", Step::auth}, {"MAIL", Step::mail}, {"RCPT", Step::rcpt},
      {"DATA", Step::data}, {"QUIT", Step::quit},
  };
  for (const auto& [verb, step] : steps) {
    if (upper(command.substr(0, verb.size())) == verb) return step;
  }
  return std::nullopt;
}

}  // namespace

SmtpDialogue::SmtpDialogue(const MailServer& server) {
  if (server.password.empty()) return;
  std::string plain("\0", 1);
  plain += server.username + plain + server.password;
  secrets_ = {server.password, to_base64(server.password), to_base64(plain)};
  // The longest first: one may be part of another.
  std::ranges::sort(secrets_, std::ranges::greater(), &std::string::size);
}

void SmtpDialogue::begin(Step step, std::string said) {
  step_ = step;
  exchanges_.push_back({.step = step, .said = std::move(said)});
  ++progress_;
}

void SmtpDialogue::connected() {
  if (step_ == Step::connect || step_ == Step::tls) begin(Step::greeting, "");
}

void SmtpDialogue::sent(std::string_view command) {
  command = without_line_end(command);
  ++progress_;
  // An answer to a challenge is a secret as a whole, and no command whatever its letters.
  if (answers_challenge_) {
    answers_challenge_ = false;
    return;
  }
  const auto step = step_of(command);
  if (!step) return;
  if (*step == Step::ehlo) {
    mechanisms_.clear();
    offers_starttls_ = false;
  }
  if (*step == Step::auth) {
    // Behind the mechanism may stand its first answer.
    const auto mechanism = command.find(' ');
    const auto end = command.find(' ', std::min(mechanism, command.size() - 1) + 1);
    begin(*step, without_secrets(command.substr(0, end)));
    return;
  }
  begin(*step, without_secrets(command));
}

void SmtpDialogue::content_sent() {
  if (step_ != Step::content) begin(Step::content, "");
  ++progress_;
}

void SmtpDialogue::received(std::string_view line) {
  line = without_line_end(line);
  connected();
  ++progress_;
  Exchange& exchange = exchanges_.back();
  int code = 0;
  const auto digits = line.substr(0, 3);
  std::from_chars(digits.data(), digits.data() + digits.size(), code);
  const std::string_view text = line.substr(std::min<std::size_t>(line.size(), 4));
  if (exchange.step == Step::auth && code == 334) {
    answers_challenge_ = true;
    if (upper(exchange.said) == "AUTH LOGIN") note_prompt(text);
    return;
  }
  if (exchange.step == Step::ehlo && code == 250) note_offer(text);
  // Of a reply of many lines the first stays short enough to be read: the list of offers is no
  // news.
  const bool is_offer = exchange.step == Step::ehlo && exchange.code == 250;
  exchange.code = code;
  if (!is_offer) {
    if (!exchange.reply.empty()) exchange.reply += ' ';
    exchange.reply += without_secrets(text);
  }
  if (exchange.step == Step::starttls && code == 220) begin(Step::tls, "");
}

void SmtpDialogue::note_offer(std::string_view offer) {
  const std::string words = upper(offer);
  if (words == "STARTTLS") offers_starttls_ = true;
  if (!words.starts_with("AUTH ")) return;
  std::istringstream list(words.substr(5));
  for (std::string mechanism; list >> mechanism;) {
    if (!std::ranges::count(mechanisms_, mechanism)) mechanisms_.push_back(mechanism);
  }
}

void SmtpDialogue::note_prompt(std::string_view challenge) {
  const std::string prompt = from_base64(challenge).value_or(std::string(challenge));
  if (const std::string word = upper(prompt); word == "USERNAME:" || word == "PASSWORD:") return;
  if (odd_prompt_.empty()) odd_prompt_ = without_secrets(prompt);
}

std::string SmtpDialogue::without_secrets(std::string_view text) const {
  std::string shown(text);
  for (const std::string& secret : secrets_) {
    for (auto at = shown.find(secret); at != std::string::npos; at = shown.find(secret, at + 3)) {
      shown.replace(at, secret.size(), "***");
    }
  }
  return shown;
}

}  // namespace seadragon::alerts
