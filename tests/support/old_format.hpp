#pragma once

#include <string>

#include "runtime/storage/sqlite.hpp"

namespace parlor::testing {

/// Takes from a file what the fifth format has more than the fourth.
inline void forget_chains(sqlite::connection& on) {
  on.run("DROP INDEX dead_letters_of");
  for (const char* table : {"messages", "dead_letters"})
    for (const char* column : {"length", "chain"})
      on.run(("ALTER TABLE " + std::string(table) + " DROP COLUMN " + column).c_str());
}

}  // namespace parlor::testing
