/// Which kinds of requests come, and how often.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace traffic {

enum class Kind {
  stream,         ///< Chat, streamed.
  plain,          ///< Chat, answered at once.
  text,           ///< /v1/completions.
  models,         ///< GET /v1/models.
  health,         ///< GET /health.
  bad_json,       ///< 400.
  bad_key,        ///< 401.
  unknown_model,  ///< 404 of a known route.
  unknown_route,  ///< 404, a new path each time.
};

inline constexpr std::array<std::string_view, 9> kind_names = {
    "stream",   "plain",   "text",          "models",       "health",
    "bad_json", "bad_key", "unknown_model", "unknown_route"};

/// Relative weights, in the order of Kind.
using Mix = std::array<double, kind_names.size()>;

inline constexpr std::string_view default_mix =
    "stream=40,plain=20,text=10,models=10,health=8,bad_json=3,bad_key=3,unknown_model=3,"
    "unknown_route=3";

/// Reads "stream=40,plain=20"; kinds that are not named do not come. Throws std::invalid_argument
/// that names the wrong word.
Mix parse_mix(std::string_view text);

}  // namespace traffic
