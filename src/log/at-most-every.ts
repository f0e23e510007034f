/** Limits the rate of calls to one per `intervalMs`; further calls are dropped. */
export function atMostEvery<Argument>(
  intervalMs: number,
  call: (argument: Argument) => void,
): (argument: Argument) => void {
  let last = -Infinity;
  return (argument) => {
    const now = performance.now();
    if (now - last < intervalMs) return;
    last = now;
    call(argument);
  };
}
