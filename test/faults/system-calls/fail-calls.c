/*
 * Lets one system call on a TCP socket fail, for tests: LD_PRELOAD puts these functions before those of libc.
 *
 * FAULT_FILE is a file of at least sizeof(struct plan) bytes that the test writes, PORT and TARGET_PORT are those of the
 * ambassador. The call with number `when` of the kind `call` on the side `side` returns `error`, or, for a write with `error`
 * 0, writes a single byte. `seen` counts the calls of the kind since the plan was written; `fired` is 1 once one has failed.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum call { NONE, SOCKET, CONNECT, ACCEPT, READ, WRITE, SHUTDOWN, CLOSE };
enum side { CLIENT = 1, TARGET = 2 };

struct plan {
  int call, side, error, when, seen, fired;
};

static volatile struct plan *plan;
static int port, target_port;

__attribute__((constructor)) static void open_plan(void) {
  const char *file = getenv("FAULT_FILE");
  if (file == NULL) return;
  int fd = open(file, O_RDWR);
  plan = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (plan == MAP_FAILED) abort();
  port = atoi(getenv("PORT"));
  target_port = atoi(getenv("TARGET_PORT"));
}

static int port_of(int fd, int (*name)(int, struct sockaddr *, socklen_t *)) {
  struct sockaddr_in address;
  socklen_t length = sizeof address;
  return name(fd, (struct sockaddr *)&address, &length) == 0 && address.sin_family == AF_INET ? ntohs(address.sin_port) : 0;
}

/* The side that a socket belongs to; 0 for other descriptors. */
static int side_of(int fd) {
  int saved = errno;
  int side = port_of(fd, getpeername) == target_port ? TARGET : port_of(fd, getsockname) == port ? CLIENT : 0;
  errno = saved;
  return side;
}

static int fails(enum call call, int side) {
  if (plan == NULL || plan->call != call || plan->side != side) return 0;
  if (++plan->seen != plan->when) return 0;
  plan->fired = 1;
  errno = plan->error;
  return 1;
}

/* As `fails` for a call on a socket, whose side is only looked up where a plan has such calls. */
static int fails_on(enum call call, int fd) { return plan != NULL && plan->call == call && fails(call, side_of(fd)); }

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

int socket(int domain, int type, int protocol) {
  if (domain == AF_INET && fails(SOCKET, TARGET)) return -1;
  return REAL(socket)(domain, type, protocol);
}

int connect(int fd, const struct sockaddr *address, socklen_t length) {
  if (address->sa_family == AF_INET && fails(CONNECT, TARGET)) return -1;
  return REAL(connect)(fd, address, length);
}

int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags) {
  if (fails_on(ACCEPT, fd)) return -1;
  return REAL(accept4)(fd, address, length, flags);
}

ssize_t read(int fd, void *bytes, size_t length) {
  static ssize_t (*original)(int, void *, size_t);
  if (original == NULL) original = REAL(read);
  return fails_on(READ, fd) ? -1 : original(fd, bytes, length);
}

ssize_t write(int fd, const void *bytes, size_t length) {
  static ssize_t (*original)(int, const void *, size_t);
  if (original == NULL) original = REAL(write);
  if (fails_on(WRITE, fd)) return plan->error != 0 ? -1 : original(fd, bytes, 1);
  return original(fd, bytes, length);
}

ssize_t writev(int fd, const struct iovec *vector, int count) {
  static ssize_t (*original)(int, const struct iovec *, int);
  if (original == NULL) original = REAL(writev);
  if (fails_on(WRITE, fd)) return plan->error != 0 ? -1 : write(fd, vector[0].iov_base, 1);
  return original(fd, vector, count);
}

/* It fails only where the connection is gone: connecting to no address sends RST. */
int shutdown(int fd, int how) {
  if (!fails_on(SHUTDOWN, fd)) return REAL(shutdown)(fd, how);
  struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
  int saved = errno;
  REAL(connect)(fd, &nowhere, sizeof nowhere);
  errno = saved;
  return -1;
}

/* Linux frees the descriptor even where close fails. */
int close(int fd) {
  int is_failing = fails_on(CLOSE, fd);
  int saved = errno;
  int result = REAL(close)(fd);
  errno = saved;
  return is_failing ? -1 : result;
}

/* libuv closes descriptors by way of this one. */
long syscall(long number, ...) {
  long a[6];
  va_list list;
  va_start(list, number);
  for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
  va_end(list);
  if (number == SYS_close) return close((int)a[0]);
  static long (*original)(long, ...);
  if (original == NULL) original = (long (*)(long, ...))real("syscall");
  return original(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
