/// Work in a process of its own, and how much memory it took there.
#pragma once

#include <cstddef>
#include <functional>
#include <type_traits>

namespace seadragon::bench {

/// Forks, runs `work` in the child and copies what it writes to `answer`. For programs that have no
/// other thread. Throws std::runtime_error when the child fails.
void run_in_child_process(const std::function<void(void* answer)>& work, void* answer,
                          std::size_t bytes);

template <class Answer, class Work>
Answer in_child_process(const Work& work) {
  static_assert(std::is_trivially_copyable_v<Answer>);
  Answer answer;
  run_in_child_process([&](void* place) { *static_cast<Answer*>(place) = work(); }, &answer,
                       sizeof answer);
  return answer;
}

/// The most bytes that this process had in memory (proc_pid_status(5), VmHWM) since it began or
/// since the peak was reset.
double peak_memory();

/// Makes the peak what is in memory now (proc_pid_clear_refs(5)).
void reset_peak_memory();

}  // namespace seadragon::bench
