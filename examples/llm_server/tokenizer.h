/// Text as the model sees it: words, single punctuation marks, and the ends of paragraphs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace llm_server {

/// The token that ends a paragraph, and with it a reply.
inline constexpr std::string_view paragraph_end = "\n\n";

/// A word is a run of letters, digits, apostrophes, hyphens and bytes beyond ASCII. One or more
/// empty lines are one paragraph end; other white space only separates.
std::vector<std::string> tokenize(std::string_view text);

/// `token` as it continues a text: with a space before it where one belongs. `begins` says that
/// nothing, or a paragraph end, stands before it.
std::string spelled(std::string_view token, bool begins);

}  // namespace llm_server
