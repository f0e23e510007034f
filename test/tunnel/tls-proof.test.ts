import { expect, test } from '@jest/globals';
import { TlsProof } from '../../src/tunnel/tls-proof';

const MINUTE_MS = 60_000;

test('a target has not proved that it speaks TLS before its first answer', () => {
  const proof = new TlsProof();
  expect(proof.isValidAt(0)).toBe(false);
  expect(proof.isValidAt(MINUTE_MS)).toBe(false);
});

test('a proof counts for a minute, and every answer renews it', () => {
  const proof = new TlsProof();
  proof.renew(5);
  expect(proof.isValidAt(5 + MINUTE_MS - 1)).toBe(true);
  expect(proof.isValidAt(5 + MINUTE_MS)).toBe(false);
  proof.renew(MINUTE_MS);
  expect(proof.isValidAt(2 * MINUTE_MS - 1)).toBe(true);
});

test('a proof that is revoked counts no longer', () => {
  const proof = new TlsProof();
  proof.renew(5);
  proof.revoke();
  expect(proof.isValidAt(6)).toBe(false);
});
