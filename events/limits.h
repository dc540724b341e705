// Every bound of the product, each with its reason. Past a bound there is a clear refusal (413,
// 422, 429, 503, 507 or a close code), nothing is lost, and memory stays where it was.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace bitacora::events::limits {

// --- Text -------------------------------------------------------------------------------------

// One message, code points. WhatsApp and Telegram take 4,096, so that an answer fits every channel.
inline constexpr std::size_t message_code_points_max = 4096;
// The caption of a file, code points; the manual's number.
inline constexpr std::size_t caption_code_points_max = 160;
// The name of a file, code points: longer than any file system keeps, so that it stays as its
// sender wrote it.
inline constexpr std::size_t attachment_name_code_points_max = 512;
// The media type of a file, bytes; RFC 6838 allows 127 on each side of the slash.
inline constexpr std::size_t mime_bytes_max = 255;
// Why an examination failed, bytes: a sentence.
inline constexpr std::size_t examination_reason_bytes_max = 300;
// Sites whose pages may show one department's web chat, and an origin's length, bytes: the longest
// host name, with scheme and port.
inline constexpr std::size_t allowed_origins_max = 32;
inline constexpr std::size_t origin_bytes_max = 270;
// Names of contacts, operators, departments, quick replies' titles, code points: one line.
inline constexpr std::size_t name_code_points_max = 80;
// Quick replies of the whole company: every console has all of them, to search through as one
// types.
inline constexpr std::size_t quick_replies_max = 1'000;
// The note of a transfer, code points: a paragraph.
inline constexpr std::size_t note_code_points_max = 1000;
// What a list row shows of the last message, code points.
inline constexpr std::size_t preview_code_points_max = 160;
// Usernames and department slugs, bytes of [a-z0-9._-].
inline constexpr std::size_t slug_bytes_max = 40;
// Argon2id takes any length; a bound keeps a megabyte of password from costing anything.
inline constexpr std::size_t password_bytes_max = 1024;
inline constexpr std::size_t password_code_points_min = 4;
// The contract's number.
inline constexpr std::size_t idempotency_key_bytes_max = 64;

// --- The log ----------------------------------------------------------------------------------

// Events of one append: a command makes a handful; an import of a folder could make more.
inline constexpr std::size_t append_events_max = 64;
// Versions of a conversation that one event of reading or delivery covers: what it changes is
// bounded, and a longer stretch is several events.
inline constexpr std::uint64_t marked_stretch_versions_max = 500;
// CommandKey::id, bytes: whose key it is (up to 45), a slash, and the key (64).
inline constexpr std::size_t command_id_bytes_max = 128;
// One event's body as stored, bytes: 4,096 code points of 4 bytes, escaped, and room to spare.
inline constexpr std::size_t event_body_bytes_max = 256ul * 1024;
// One group commit: enough to amortise a sync, small enough that its memory does not matter.
inline constexpr std::size_t batch_events_max = 8192;
inline constexpr std::size_t batch_bytes_max = 16ul * 1024 * 1024;
// Below this much free space on the log's file system commands are refused (507), bytes: room for
// a flush, a compaction and the write-ahead log that is being written.
inline constexpr std::uint64_t free_space_watermark_bytes = 512ull * 1024 * 1024;
inline constexpr std::chrono::milliseconds free_space_check_interval{500};
// Heads of streams kept in memory by the appender, about 100 bytes each, twice over: more streams
// than are busy at the same time.
inline constexpr std::size_t heads_cached_max = 32'768;
// Events at the end of the log that are read and checked in full at opening: what was being written
// when the process or the machine stopped, many times over, and some milliseconds.
inline constexpr std::size_t opening_tail_events_max = 512;
// Up to so many streams, opening counts all heads against the log's length; it reads some two
// million a second, and a start must stay within a second.
inline constexpr std::uint64_t opening_heads_max = 500'000;
// A snapshot is written when an actor is put away and this many events came since the last one:
// reading so many events is quicker than a breath, so fewer are not worth a row.
inline constexpr std::uint64_t snapshot_every_events = 128;

// --- The views --------------------------------------------------------------------------------

// Conversations that the inbox keeps decoded, beside those of the batch under way: those that are
// being written to, about a kilobyte each.
inline constexpr std::size_t inbox_cached_conversations_max = 16'384;
// Of each view: what is written since the last flush, and blocks read from its files.
inline constexpr std::size_t view_write_buffer_bytes = 16ul * 1024 * 1024;
inline constexpr std::size_t view_block_cache_bytes = 32ul * 1024 * 1024;
inline constexpr int view_open_files_max = 256;

// --- Actors -----------------------------------------------------------------------------------

inline constexpr std::chrono::milliseconds actor_idle_default{5 * 60 * 1000};
// An append that has not been answered by then has an unknown outcome; a sync on a disk in trouble
// takes seconds.
inline constexpr std::chrono::milliseconds append_timeout{30'000};
// Commands under way in the whole process; beyond it 503. Mailboxes have no bound of their own.
inline constexpr std::size_t commands_in_flight_max = 16'384;
// Events that the views may be behind the log; past it the log waits for them, so that what is on
// its way to them stays bounded (a kilobyte an event).
inline constexpr std::size_t projection_lag_events_max = 65'536;
// Aggregates that are awake, some 2 KiB each; past it those that were used least recently rest.
inline constexpr std::size_t actors_live_max = 100'000;
// A command that met somebody else's append to its stream is decided again so often.
inline constexpr int decide_attempts_max = 4;
// Steps that wait for the department queues; past it they read the log instead.
inline constexpr std::size_t queue_steps_waiting_max = 65'536;
// Events that the queues read from the log at a time when they catch up: some milliseconds.
inline constexpr std::size_t queue_page_events = 512;
// Events after which it is kept how far the queues have followed.
inline constexpr std::uint64_t queue_followed_every_events = 4'096;
// Threads that read streams to wake actors.
inline constexpr std::size_t loader_threads = 2;

// --- The edge ---------------------------------------------------------------------------------

// A request's body other than an upload, bytes: the largest message, escaped as \uXXXX pairs.
inline constexpr std::size_t request_body_bytes_max = 64ul * 1024;
inline constexpr std::size_t request_header_bytes_max = 16ul * 1024;
// A WebSocket frame from a client, bytes.
inline constexpr std::size_t frame_bytes_max = 64ul * 1024;
// JSON nests no deeper in any request.
inline constexpr std::size_t json_depth_max = 8;
// One changes frame to a client, bytes, before it is cut at a position and continued.
inline constexpr std::size_t changes_frame_bytes_max = 1024ul * 1024;
// Messages that one batch of the views changes, and one announcement tells of: it ends behind the
// event that reaches so many.
inline constexpr std::size_t announced_messages_max = 1'000;
// Conversations and messages of one resume; past it the client loads its lists again (resync).
inline constexpr std::size_t resume_changes_max = 5'000;
// Announcements that the hub keeps for clients a little behind; one further back catches up from
// the views.
inline constexpr std::size_t hub_ring_entries_max = 65'536;
inline constexpr std::size_t hub_ring_bytes_max = 64ul * 1024 * 1024;
// Commands that one WebSocket may have under way; beyond it the server stops reading from it.
inline constexpr std::size_t commands_per_socket_max = 64;
// Malformed frames in a row before a close with 1008; the contract's number.
inline constexpr int malformed_frames_max = 10;
inline constexpr std::size_t connections_max = 20'000;
// A client that has not sent a whole request by then is told 408 and closed.
inline constexpr std::chrono::seconds request_timeout{20};
// A client that streams a body and sends nothing for so long is given up: a telephone that goes
// through a tunnel resumes.
inline constexpr std::chrono::seconds body_piece_timeout{30};
// What is sent may take a second more for each so many bytes.
inline constexpr std::size_t sent_bytes_per_second_min = 16ul * 1024;
// Of all answers and frames larger than gathered_frame_bytes_max that are being sent, bytes:
// clients that do not take what they ask for must not fill the memory. Past it they are told to
// come later.
inline constexpr std::size_t sent_at_once_bytes_max = 256ul * 1024 * 1024;
// What a body that is streamed, in either direction, has in memory at a time, bytes.
inline constexpr std::size_t sent_piece_bytes = 64ul * 1024;
// An idle keep-alive connection.
inline constexpr std::chrono::seconds keep_alive_timeout{60};
// A client that does not take what is written to it.
inline constexpr std::chrono::seconds write_timeout{30};
inline constexpr std::chrono::milliseconds heartbeat{30'000};
// A TLS handshake; a few round trips, even from a telephone in a tunnel.
inline constexpr std::chrono::seconds tls_handshake_timeout{10};
// From a close frame, or an answer that ends a connection, to its end: the other side may still be
// sending, and has to read what it was told.
inline constexpr std::chrono::seconds close_timeout{5};
// What is read and thrown away meanwhile, bytes.
inline constexpr std::size_t discarded_bytes_max = 1024ul * 1024;
// Requests under way when the server stops may take this long.
inline constexpr std::chrono::seconds stop_timeout{5};
// Frames for one WebSocket are gathered up to so many bytes before they are written, and a larger
// frame is written by itself, without a copy.
inline constexpr std::size_t gathered_bytes_max = 64ul * 1024;
inline constexpr std::size_t gathered_frame_bytes_max = 16ul * 1024;
// Changes are held back this long for a client that has just connected and may send a resume: a
// round trip over a slow mobile network.
inline constexpr std::chrono::milliseconds resume_grace{1'000};
// Of one socket's typing at most one note in this time is relayed.
inline constexpr std::chrono::milliseconds typing_interval{1'000};
// Messages of a contact in one frame of its live socket.
inline constexpr std::size_t contact_frame_messages_max = 500;
// Messages of one contact a minute: faster than anybody types, slow enough that one contact cannot
// fill a department's day.
inline constexpr std::uint32_t contact_messages_per_minute = 120;
// Visitors that one address registers a minute, unless an operator's session does: a company's
// whole office behind one address, not a flood.
inline constexpr std::uint32_t visitors_per_address_per_minute = 300;
// Contacts and addresses that a rate limit remembers; those at rest are forgotten first.
inline constexpr std::size_t rate_limit_keys_max = 100'000;
// Events that the views may be behind the log while /readyz still says ready: under load they are
// always a batch behind, and this many are applied in less than a second.
inline constexpr std::uint64_t ready_view_lag_max = 10'000;
// ?at_least waits this long; the contract's number.
inline constexpr std::chrono::milliseconds at_least_wait{2'000};
inline constexpr std::size_t list_limit_default = 50;
inline constexpr std::size_t list_limit_max = 200;

// --- Files ------------------------------------------------------------------------------------

// What nobody sent after this long is let go: an upload that was not finished, a finished one that
// no message took, a blob that the log does not know. The manual's day.
inline constexpr std::chrono::hours upload_lifetime{24};
// Added to it before anything that was finished is removed: longer than an append that takes a file
// may be under way.
inline constexpr std::chrono::minutes upload_sweep_grace{10};
inline constexpr std::chrono::minutes upload_sweep_interval{60};
// As large as the configuration can let a file be: what a person may have on its way.
inline constexpr std::uint64_t configured_file_bytes_max = 4ull * 1024 * 1024 * 1024;
// Uploads of one person that no message has taken yet, and their bytes: a folder of files at once
// for an operator, a handful for a contact, of whom there may be many.
inline constexpr std::size_t operator_uploads_max = 64;
inline constexpr std::uint64_t operator_uploads_bytes_max = 4ull * 1024 * 1024 * 1024;
inline constexpr std::size_t contact_uploads_max = 16;
inline constexpr std::uint64_t contact_uploads_bytes_max = 512ull * 1024 * 1024;
// Of everybody; each is some hundred bytes in memory and two files. Contacts together have half of
// them, and of the places below, so that strangers cannot keep operators from theirs.
inline constexpr std::size_t uploads_max = 16'384;
// Uploads that are being received, each with two pieces in memory; past it 503.
inline constexpr std::size_t uploads_streaming_max = 64;
// Files that are open to be served, each beside its connection; past it 503.
inline constexpr std::size_t files_served_max = 256;
// A body that comes more slowly than this on the whole is given up: a trickle would hold its place
// for ever. A poor mobile line brings ten times as much.
inline constexpr std::uint64_t upload_bytes_per_second_min = 1024;
inline constexpr std::size_t upload_piece_bytes = 256ul * 1024;
// A client that begins an upload anew waits so long for its own broken request to be given up.
inline constexpr std::chrono::seconds upload_release_wait{5};
inline constexpr int upload_release_attempts = 3;
// The header Upload-Metadata, bytes: a name of 300 characters of four bytes in base64, and more.
inline constexpr std::size_t upload_metadata_bytes_max = 8ul * 1024;
// What is kept of a file's name, code points: as much as file systems take.
inline constexpr std::size_t file_name_code_points_max = 255;
// Of a file's beginning, what its kind is told by.
inline constexpr std::size_t looked_at_bytes_max = 256ul * 1024;
// Of a file that seems to be a new Office document: its parts, and its list of contents, unpacked.
inline constexpr std::size_t package_parts_max = 10'000;
inline constexpr std::size_t package_list_bytes_max = 1024ul * 1024;
// Of one that seems to be an old one: its directory, some 16,000 entries, and the sectors that say
// where its allocation table lies, enough for two gigabytes.
inline constexpr std::size_t compound_directory_bytes_max = 2ul * 1024 * 1024;
inline constexpr std::size_t compound_table_hops_max = 256;
// Threads that read and write files for the edge, and pieces that wait for them: a piece or two of
// every connection that streams.
inline constexpr std::size_t file_threads = 4;
// Those that write what uploads bring, which is in the way of the log's syncs: more of them would
// only make messages wait.
inline constexpr std::size_t upload_threads = 2;
inline constexpr std::size_t file_pieces_waiting_max = 65'536;

// --- Sign-in ----------------------------------------------------------------------------------

// Wrong passwords for one username, or from one address, before 429.
inline constexpr int sign_in_failures_max = 10;
inline constexpr std::chrono::seconds sign_in_failures_window{15 * 60};
// Usernames and addresses whose wrong passwords are remembered: some 10 MB, however many are tried.
inline constexpr std::size_t sign_in_tracked_max = 65'536;
// Password hashes computed at the same time: each takes 64 MiB and some tens of milliseconds.
inline constexpr std::size_t password_hashes_at_once_max = 2;
inline constexpr std::size_t password_hashes_waiting_max = 64;
inline constexpr std::chrono::hours session_lifetime{30 * 24};
// Sessions of one operator; signing in once more ends the oldest.
inline constexpr std::size_t sessions_per_operator_max = 100;

// --- Pictures and audio -----------------------------------------------------------------------

// A thumbnail's longer side; the contract's number.
inline constexpr int thumbnail_side_px = 320;
// A picture's width by its height as its header says, before anything is decoded: the largest
// telephones' cameras, and 300 MB at three bytes each.
inline constexpr std::uint64_t picture_pixels_max = 100'000'000;
// A thumbnail that is a row; 320 by 320 pixels without loss are some 100 KiB.
inline constexpr std::size_t thumbnail_bytes_max = 512ul * 1024;
// The voice of a message: two hours fill 16 MB at 18 kbit/s, and a crafted file claims years.
inline constexpr std::chrono::milliseconds audio_duration_max{4 * 60 * 60 * 1000};
// A rendition of that length at 32 kbit/s, or of 16 MB that is copied as it is.
inline constexpr std::size_t rendition_bytes_max = 64ul * 1024 * 1024;
// Bars of a waveform: as many as a player on a telephone shows.
inline constexpr std::size_t waveform_peaks_max = 64;
// Address space of a media worker: 450 MiB of libraries, and a picture of the largest size that
// has to be decoded whole.
inline constexpr std::size_t media_worker_memory_bytes = 1536ul * 1024 * 1024;
inline constexpr std::size_t media_worker_open_files_max = 64;
// A worker is replaced by a fresh one after so many jobs, when it holds more memory than this after
// one, or when nothing has come for so long.
inline constexpr std::size_t media_worker_jobs_max = 1'000;
inline constexpr std::size_t media_worker_resident_bytes_max = 256ul * 1024 * 1024;
inline constexpr std::chrono::minutes media_worker_idle_max{5};
// A worker that is not ready by then does not start.
inline constexpr std::chrono::seconds media_worker_start_timeout{60};
// Pauses between a worker's failed starts, doubled each time.
inline constexpr std::chrono::milliseconds media_worker_pause_min{100};
inline constexpr std::chrono::milliseconds media_worker_pause_max{30'000};
// One job: processor time that an hour's recording needs several times over; time without any
// progress at all, even by a process that only runs when nobody else wants to; and all in all.
inline constexpr std::chrono::milliseconds media_job_processor_max{120'000};
inline constexpr std::chrono::milliseconds media_job_stall_max{30'000};
inline constexpr std::chrono::milliseconds media_job_wall_max{15 * 60 * 1000};
// An examination that the log did not take is noted again after so long, and so many are under way
// at a time; what cannot be kept because of the disk is tried again after the same time.
inline constexpr std::chrono::milliseconds media_retry_pause{2'000};
inline constexpr std::size_t media_notes_in_flight_max = 64;
// The log is followed in gulps, so that a picture waits no longer than nobody notices and the
// reading of a busy log costs little.
inline constexpr std::chrono::milliseconds media_follow_interval{20};
// Events that touch no attachment, after which it is kept how far the view has followed.
inline constexpr std::uint64_t media_followed_every_events = 4'096;
// Starts of a job whose worker did not live to answer; one may be somebody else's fault.
inline constexpr std::uint32_t media_attempts_max = 2;

// --- Tools ------------------------------------------------------------------------------------

// One line of an import, bytes: a conversation of ten thousand messages, with room to spare.
inline constexpr std::size_t import_line_bytes_max = 16ul * 1024 * 1024;
inline constexpr std::size_t import_id_bytes_max = 256;
// Dialogues of an import under way at the same time, each with one command under way: enough to
// fill the log's batches, few enough to leave a serving server to its clients.
inline constexpr std::size_t import_dialogues_at_once = 64;
// How long one step is tried again before the import gives up: longer than a restart takes.
inline constexpr std::chrono::seconds import_retry_max{120};

}  // namespace bitacora::events::limits
