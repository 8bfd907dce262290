#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "runtime/values/json_value.hpp"

/// The storage behind a parsed document: its nodes, and the letters that they point to.
///
/// Nearly every message is small, is read once and is gone before the next one comes. So each
/// thread keeps the storage of one small document that ended there for the next text that it
/// parses, and in the steady state allocates only what the parser needs for itself. A document may
/// end on another thread than the one that parsed it; its storage stays there then.
namespace parlor::detail {

class json_nodes {
 public:
  std::vector<json_node> nodes;  ///< the root first

  /// Has room for the letters of a text of `text_bytes`: resolving escapes makes nothing longer, so
  /// letters that were kept stay where they are.
  void make_room(std::size_t text_bytes);
  /// Copies letters into the document.
  const char* keep(std::string_view letters);

  /// The first member, in the order of the text, whose key stood before in the same object; null if
  /// there is none. Takes n log n time for an object of n members, however they are named.
  [[nodiscard]] const json_node* repeated_key() const;

  /// Takes the thread's spare storage, or makes one.
  static json_nodes* take();
  /// Keeps storage that nobody uses any more as the thread's spare, or frees it.
  static void give_back(json_nodes* used);

 private:
  [[nodiscard]] bool is_small() const;
  void forbid_access();
  void allow_access();

  std::unique_ptr<char[]> letters_;
  std::size_t letters_max_ = 0;
  std::size_t letters_used_ = 0;
};

}  // namespace parlor::detail
