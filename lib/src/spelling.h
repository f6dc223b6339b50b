/// Guesses what a misspelt word was meant to be.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace seadragon::monitoring::detail {

/// The candidate that needs the fewest letters inserted, removed, replaced or swapped with the next
/// to become `word`; nullopt when all are too far off to be meant (more than a third of the word).
std::optional<std::string> nearest_word(std::string_view word,
                                        std::span<const std::string> candidates);

}  // namespace seadragon::monitoring::detail
