// What the thread sanitizer may not tell: Debian's RocksDB is not built with it, so that it sees
// RocksDB's reads and writes, but not the atomics that order them, and takes its lock-free lists
// for races. The same goes for rocksdb_reader.cc, which reads rows where RocksDB keeps them, and
// shares nothing else between threads. Races anywhere else are told.
#ifdef __SANITIZE_THREAD__
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "race:librocksdb.so\nrace:events/rocksdb_reader.cc\n";
}
#endif
