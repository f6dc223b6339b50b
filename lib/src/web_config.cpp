#include "lib/src/web_config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "lib/src/read_file.h"
#include "lib/src/strict_yaml.h"
#include "lib/src/tls_names.h"

namespace seadragon::monitoring::detail {
namespace {

using ClientAuth = TlsConfig::ClientAuth;
struct Header {
  std::string_view name;
  std::vector<std::string_view> values;  ///< Empty: any.
};

const std::array<Header, 5>& known_headers() {
  static const std::array<Header, 5> headers = {{{"Content-Security-Policy", {}},
                                                 {"Strict-Transport-Security", {}},
                                                 {"X-Content-Type-Options", {"nosniff"}},
                                                 {"X-Frame-Options", {"deny", "sameorigin"}},
                                                 {"X-XSS-Protection", {}}}};
  return headers;
}

template <typename Table>
std::string among(const Table& table) {
  std::string list;
  for (const auto& [name, meaning] : table) list.append(list.empty() ? "" : ", ").append(name);
  return list;
}

/// Looks the value up, or refuses it with all that could have stood there.
template <typename Table>
auto look_up(const YamlValue& value, const Table& table) {
  const auto found =
      std::ranges::find(table, value.text(), [](const auto& entry) { return entry.first; });
  if (found == table.end()) value.refuse("must be one of " + among(table));
  return found->second;
}

/// `a:b`, as OpenSSL writes lists.
void append_item(std::string& list, std::string_view item) {
  list.append(list.empty() ? "" : ":").append(item);
}

/// $2a$, $2b$ or $2y$, two digits of cost, 22 characters of salt and 31 of hash.
bool is_bcrypt(std::string_view hash, int& cost) {
  constexpr std::size_t length = 60;
  constexpr std::string_view alphabet =
      "./0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  if (hash.size() != length || !hash.starts_with("$2") || hash[3] != '$' || hash[6] != '$') {
    return false;
  }
  const auto parsed = std::from_chars(hash.data() + 4, hash.data() + 6, cost);
  return (hash[2] == 'a' || hash[2] == 'b' || hash[2] == 'y') && parsed.ptr == hash.data() + 6 &&
         parsed.ec == std::errc() &&
         hash.substr(7).find_first_not_of(alphabet) == std::string_view::npos;
}

/// Go's: `100ms`, `1.5s`, `1m30s`.
std::chrono::nanoseconds read_duration(const YamlValue& value) {
  constexpr std::array<std::pair<std::string_view, double>, 7> units = {
      {{"ns", 1}, {"us", 1e3}, {"µs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}}};
  constexpr double longest = 86400e9;
  std::string_view left = value.text();
  double nanoseconds = 0;
  bool good = !left.empty();
  if (left == "0") left = "0s";
  while (good && !left.empty()) {
    double number = 0;
    const auto parsed =
        std::from_chars(left.data(), left.data() + left.size(), number, std::chars_format::fixed);
    left.remove_prefix(static_cast<std::size_t>(parsed.ptr - left.data()));
    const std::string_view name = left.substr(0, left.find_first_of("0123456789."));
    const auto unit = std::ranges::find(units, name, [](const auto& one) { return one.first; });
    good = parsed.ec == std::errc() && unit != units.end() && number >= 0;
    if (good) nanoseconds += number * unit->second;
    left.remove_prefix(name.size());
  }
  if (!good || !(nanoseconds <= longest)) value.refuse("must be a duration such as 100ms or 1s");
  return std::chrono::nanoseconds(static_cast<std::int64_t>(nanoseconds));
}

class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) { config_.files.push_back(path); }

  WebConfig read(const std::string& text) {
    YamlValue::parse(text, path_)
        .read({{"tls_server_config", [this](const YamlValue& value) { read_tls(value); }},
               {"http_server_config", [this](const YamlValue& value) { read_http(value); }},
               {"basic_auth_users", [this](const YamlValue& value) { read_users(value); }},
               {"rate_limit", [this](const YamlValue& value) { read_rate_limit(value); }}});
    return std::move(config_);
  }

 private:
  /// The text of the file that the value names.
  std::string file_of(const YamlValue& value) {
    const std::filesystem::path name = value.text();
    const std::string path = (std::filesystem::path(path_).parent_path() / name).string();
    config_.files.push_back(path);
    try {
      return read_file(path);
    } catch (const std::exception& failure) {
      value.fail(value.path() + ": " + failure.what());
    }
  }

  void read_tls(const YamlValue& section) {
    TlsConfig tls;
    std::string min_version = "TLS12", max_version = "TLS13";
    bool names_suites = false;
    const auto text_into = [](std::string& text) {
      return [&text](const YamlValue& value) { text = value.text(); };
    };
    // A key and its file say the same; only one of them may stand there.
    const auto once = [&section](std::string& text, const YamlValue& value, std::string read) {
      if (!text.empty()) section.fail(value.path() + " is given twice, as text and as file");
      text = std::move(read);
    };
    const auto pem_into = [&once](std::string& text) {
      return [&](const YamlValue& value) { once(text, value, value.text()); };
    };
    const auto file_into = [this, &once](std::string& text) {
      return [&, this](const YamlValue& value) {
        if (!value.text().empty()) once(text, value, file_of(value));
      };
    };
    section.read({{"cert", pem_into(tls.cert)},
                  {"key", pem_into(tls.key)},
                  {"client_ca", pem_into(tls.client_ca)},
                  {"cert_file", file_into(tls.cert)},
                  {"key_file", file_into(tls.key)},
                  {"client_ca_file", file_into(tls.client_ca)},
                  {"client_auth_type",
                   [&](const YamlValue& value) {
                     if (!value.text().empty()) tls.client_auth = look_up(value, client_auths);
                   }},
                  {"client_allowed_sans",
                   [&](const YamlValue& value) {
                     for (const YamlValue& name : value.items()) {
                       tls.client_allowed_sans.push_back(name.text());
                     }
                     if (value.items().empty()) value.fail(value.path() + " names nobody");
                   }},
                  {"min_version", text_into(min_version)},
                  {"max_version", text_into(max_version)},
                  {"cipher_suites",
                   [&](const YamlValue& value) {
                     read_ciphers(value, tls);
                     names_suites = true;
                   }},
                  {"curve_preferences",
                   [&](const YamlValue& value) {
                     for (const YamlValue& curve : value.items()) {
                       append_item(tls.groups, look_up(curve, curves));
                     }
                   }},
                  {"prefer_server_cipher_suites",
                   [&](const YamlValue& value) { tls.prefers_server_ciphers = value.flag(); }}});
    set_versions(section, tls, min_version, max_version);
    // Suites of TLS 1.3 alone leave none for 1.2.
    if (names_suites && tls.ciphers.empty()) tls.allows_tls12 = false;
    if (!tls.allows_tls12 && !tls.allows_tls13) section.fail(section.path() + " leaves no suite");
    refuse_contradictions(section, tls);
    config_.tls = std::move(tls);
  }

  static void read_ciphers(const YamlValue& list, TlsConfig& tls) {
    for (const YamlValue& suite : list.items()) {
      if (std::ranges::find(tls13_suites, suite.text()) != tls13_suites.end()) continue;
      append_item(tls.ciphers, look_up(suite, cipher_suites));
    }
  }

  static void set_versions(const YamlValue& section, TlsConfig& tls, const std::string& least,
                           const std::string& most) {
    for (const std::string& version : {least, most}) {
      if (version == "TLS10" || version == "TLS11") {
        section.fail(section.path() + ": " + version + " is broken and not offered");
      }
      if (version != "TLS12" && version != "TLS13") {
        section.fail(section.path() + ": versions are TLS12 and TLS13");
      }
    }
    tls.allows_tls12 = least == "TLS12";
    tls.allows_tls13 = most == "TLS13";
    if (!tls.allows_tls12 && !tls.allows_tls13) {
      section.fail(section.path() + ": min_version is above max_version");
    }
  }

  static void refuse_contradictions(const YamlValue& section, const TlsConfig& tls) {
    const auto refuse = [&](const char* why) { section.fail(section.path() + ' ' + why); };
    if (tls.cert.empty()) refuse("needs cert_file or cert");
    if (tls.key.empty()) refuse("needs key_file or key");
    if (!tls.client_ca.empty() && tls.client_auth == ClientAuth::none) {
      refuse("has a client_ca, but no client_auth_type");
    }
    if (!tls.client_allowed_sans.empty() && tls.client_auth != ClientAuth::require_and_verify) {
      refuse("has client_allowed_sans, which need client_auth_type RequireAndVerifyClientCert");
    }
  }

  void read_http(const YamlValue& section) {
    section.read({// Allows it; the endpoint never offers it, and clients fall back to 1.1.
                  {"http2", [](const YamlValue& value) { value.flag(); }},
                  {"headers", [this](const YamlValue& value) { read_headers(value); }}});
  }

  void read_headers(const YamlValue& headers) {
    YamlValue::Readers readers;
    for (const Header& header : known_headers()) {
      readers.emplace(header.name, [&, this](const YamlValue& value) {
        const std::string& text = value.text();
        const bool has_controls =
            std::ranges::any_of(text, [](unsigned char c) { return c < ' ' || c == 0x7f; });
        if (has_controls) value.refuse("must be on one line");
        if (text.empty()) return;
        if (!header.values.empty() &&
            std::ranges::find(header.values, text) == header.values.end()) {
          std::string list;
          for (const auto one : header.values) list.append(list.empty() ? "" : ", ").append(one);
          value.refuse("must be one of " + list);
        }
        config_.headers.append(header.name).append(": ").append(text).append("\r\n");
      });
    }
    headers.read(readers);
  }

  void read_users(const YamlValue& section) {
    constexpr int least_cost = 4, most_cost = 16;  // 16: 3 s of CPU time for each check
    for (const auto& [name, hash] : section.entries()) {
      int cost = 0;
      if (!is_bcrypt(hash.text(), cost)) hash.refuse_secret("must be a bcrypt hash");
      if (cost < least_cost || cost > most_cost) {
        hash.refuse_secret("must have a cost of 4 to 16");
      }
      if (name.text().empty() || name.text().find(':') != std::string::npos) {
        name.fail("a user name must be there, without a colon");
      }
      config_.users.emplace(name.text(), hash.text());
    }
  }

  void read_rate_limit(const YamlValue& section) {
    RateLimit& limit = config_.rate_limit;
    section.read(
        {{"interval", [&](const YamlValue& value) { limit.interval = read_duration(value); }},
         {"burst", [&](const YamlValue& value) { limit.burst = value.whole(); }}});
    if (limit.interval.count() > 0 && limit.burst == 0) {
      section.fail("rate_limit.burst must be at least 1, or nobody is answered");
    }
  }

  const std::string& path_;
  WebConfig config_;
};

}  // namespace

const std::string& costliest_hash(const Users& users) {
  // $2y$10$...
  const auto cost = [](const auto& user) { return std::string_view(user.second).substr(4, 2); };
  return std::ranges::max_element(users, {}, cost)->second;
}

WebConfig parse_web_config(const std::string& text, const std::string& path) {
  return Reader(path).read(text);
}

WebConfig read_web_config(const std::string& path) {
  return parse_web_config(read_file(path), path);
}

}  // namespace seadragon::monitoring::detail
