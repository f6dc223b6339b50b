/// Lines on their way from the threads of the server to the one that writes them.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "seadragon/monitoring/log.h"

namespace seadragon::monitoring::detail {

struct QueuedLine {
  std::chrono::steady_clock::time_point time;
  LogLevel level;
  std::string_view text;
};

/// A ring of bytes. Any thread pushes, without lock and without allocation; one thread takes. Lines
/// come out in the order in which they found their place.
///
/// A place is reserved by one compare-and-exchange, filled, and then committed by the word it
/// begins with; until then the reader waits there, and nobody else does.
class LogQueue {
 public:
  explicit LogQueue(std::size_t bytes)
      : words_(std::bit_ceil(std::max(bytes, smallest) / sizeof(Word))) {}

  static constexpr std::size_t longest_line = 8192;

  /// False if there is no place.
  bool push(const QueuedLine& line) noexcept {
    const std::string_view text = line.text.substr(0, longest_line);
    const std::size_t words = head_words + (text.size() + sizeof(Word) - 1) / sizeof(Word);
    std::size_t gap = 0;
    Word place = reserved_.load(std::memory_order_relaxed);
    for (;;) {
      const Word taken = taken_.load(std::memory_order_acquire);
      if (taken > place) {  // `place` is out of date
        place = reserved_.load(std::memory_order_relaxed);
        continue;
      }
      const std::size_t to_end = words_.size() - index(place);
      gap = words > to_end ? to_end : 0;  // a line lies in one piece
      if (place - taken + gap + words > words_.size()) return false;
      if (reserved_.compare_exchange_weak(place, place + gap + words, std::memory_order_relaxed)) {
        break;
      }
    }
    if (gap > 0) commit(place, gap_mark);
    Word* const head = &words_[index(place + gap)];
    head[1] = static_cast<Word>(line.time.time_since_epoch().count());
    if (!text.empty()) std::memcpy(head + head_words, text.data(), text.size());
    commit(place + gap, line_mark | static_cast<Word>(line.level) << level_shift |
                            static_cast<Word>(text.size()) << size_shift);
    return true;
  }

  /// For the reader: `take(QueuedLine)` for each line that is complete, as far as none before it is
  /// not; what comes meanwhile is left for the next time. How many there were.
  template <class Take>
  std::size_t take_all(Take&& take) {
    std::size_t lines = 0;
    Word place = taken_.load(std::memory_order_relaxed);
    const Word end = reserved_.load(std::memory_order_relaxed);
    while (place != end) {
      const Word mark = committed(place).load(std::memory_order_seq_cst);
      if (mark == 0) return lines;
      Word* const head = &words_[index(place)];
      std::size_t words = words_.size() - index(place);  // of a gap
      if (mark != gap_mark) {
        const std::size_t size = mark >> size_shift;
        words = head_words + (size + sizeof(Word) - 1) / sizeof(Word);
        const auto time = static_cast<std::chrono::steady_clock::rep>(head[1]);
        take(QueuedLine{
            std::chrono::steady_clock::time_point(std::chrono::steady_clock::duration(time)),
            static_cast<LogLevel>(mark >> level_shift & 0xFF),
            {reinterpret_cast<const char*>(head + head_words), size}});
        ++lines;
      }
      // A word that says nothing: it may be the first of a line next time.
      committed(place).store(0, std::memory_order_relaxed);
      std::memset(head + 1, 0, (words - 1) * sizeof(Word));
      place += words;
      taken_.store(place, std::memory_order_release);
    }
    return lines;
  }

  /// For the reader: nothing to take.
  bool is_empty() noexcept {
    return committed(taken_.load(std::memory_order_relaxed)).load(std::memory_order_seq_cst) == 0;
  }

  bool is_half_full() const noexcept {
    // In this order `taken` is never the larger one.
    const Word taken = taken_.load(std::memory_order_relaxed);
    return reserved_.load(std::memory_order_relaxed) - taken > words_.size() / 2;
  }

 private:
  using Word = std::uint64_t;

  static constexpr std::size_t smallest = 4 * longest_line;
  static constexpr std::size_t head_words = 2;  // mark, time
  static constexpr Word gap_mark = 1;           // nothing lies from here to the end of the ring
  static constexpr Word line_mark = 2;
  static constexpr int level_shift = 8;
  static constexpr int size_shift = 32;

  std::size_t index(Word place) const noexcept { return place & (words_.size() - 1); }
  std::atomic_ref<Word> committed(Word place) noexcept {
    return std::atomic_ref<Word>(words_[index(place)]);
  }
  /// Sequentially consistent, so that who looks afterwards whether the reader sleeps cannot miss
  /// that it fell asleep before.
  void commit(Word place, Word mark) noexcept {
    committed(place).store(mark, std::memory_order_seq_cst);
  }

  std::vector<Word> words_;  // zeros wherever nothing waits
  alignas(64) std::atomic<Word> reserved_{0};
  alignas(64) std::atomic<Word> taken_{0};
};

}  // namespace seadragon::monitoring::detail
