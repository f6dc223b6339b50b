#include "tests/benchmarks/page_text.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <stdexcept>

#include <zlib.h>

namespace seadragon::bench {
namespace {

constexpr int gzip_window = 15 + 16;  // zlib: the largest window, with gzip's head and tail
constexpr int most_memory = 9;

/// The series, with a bound such as 1.0 written as 1.
std::string normal(std::string_view series) {
  std::string text(series);
  const std::string whole = ".0\"";
  const std::size_t bound = text.find("le=\"");
  if (bound == std::string::npos) return text;
  const std::size_t zero = text.find(whole, bound);
  if (zero != std::string::npos) text.erase(zero, 2);
  return text;
}

std::map<std::string, double> samples(std::string_view page) {
  std::map<std::string, double> found;
  while (!page.empty()) {
    const std::string_view line = page.substr(0, page.find('\n'));
    page.remove_prefix(std::min(page.size(), line.size() + 1));
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t space = line.rfind(' ');
    found[normal(line.substr(0, space))] = std::stod(std::string(line.substr(space + 1)));
  }
  return found;
}

}  // namespace

void check_same_samples(std::string_view reference, std::string_view ours) {
  const auto expected = samples(reference);
  const auto found = samples(ours);
  for (const auto& [series, number] : expected) {
    const auto same = found.find(series);
    if (same == found.end()) throw std::runtime_error("our page lacks " + series);
    if (!(std::fabs(same->second - number) <= 1e-12 * std::fabs(number))) {
      throw std::runtime_error(series + " is " + std::to_string(same->second) +
                               " on our page, not " + std::to_string(number));
    }
  }
  for (const auto& [series, number] : found) {
    if (!expected.contains(series)) throw std::runtime_error("our page alone has " + series);
  }
}

void gzip(std::string_view text, std::string& compressed) {
  z_stream stream{};
  if (::deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, most_memory,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("zlib has no memory");
  }
  compressed.resize(::deflateBound(&stream, text.size()));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  ::deflate(&stream, Z_FINISH);
  compressed.resize(stream.total_out);
  ::deflateEnd(&stream);
}

std::string gunzip(std::string_view compressed) {
  z_stream stream{};
  if (::inflateInit2(&stream, gzip_window) != Z_OK) throw std::runtime_error("zlib has no memory");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string text;
  int state = Z_OK;
  while (state == Z_OK) {
    const std::size_t before = text.size();
    text.resize(before + (std::size_t{1} << 20));
    stream.next_out = reinterpret_cast<Bytef*>(text.data() + before);
    stream.avail_out = static_cast<uInt>(text.size() - before);
    state = ::inflate(&stream, Z_NO_FLUSH);
  }
  text.resize(stream.total_out);
  ::inflateEnd(&stream);
  if (state != Z_STREAM_END) throw std::runtime_error("a gzip stream is damaged");
  return text;
}

}  // namespace seadragon::bench
