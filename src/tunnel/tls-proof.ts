/** How long an answer in TLS counts. A service that has been set to plain HTTP since then had to restart in between. */
const VALIDITY_MS = 60_000;

/**
 * When the target of a listener last proved that it speaks TLS: only then it receives a client's ClientHello, half of which the client
 * may choose. Every answer in TLS renews the proof, so a service in use is not checked again.
 */
export class TlsProof {
  #provenAtMs = -Infinity;

  isValidAt(now: number): boolean {
    return now - this.#provenAtMs < VALIDITY_MS;
  }

  renew(now: number): void {
    this.#provenAtMs = now;
  }

  revoke(): void {
    this.#provenAtMs = -Infinity;
  }
}
