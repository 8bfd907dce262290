#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace parlor::testing {

/// A folder that is removed again.
class scratch_folder {
 public:
  scratch_folder() {
    char name[] = "/tmp/parlor_test_XXXXXX";
    path_ = ::mkdtemp(name);
  }
  ~scratch_folder() { std::filesystem::remove_all(path_); }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  [[nodiscard]] std::string path(const std::string& file = {}) const {
    return file.empty() ? path_ : path_ + "/" + file;
  }

 private:
  std::string path_;
};

}  // namespace parlor::testing
