/** Lets a call through if none was within the last `intervalMs`; the others are lost. */
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
