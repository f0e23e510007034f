/** Receives the charges for memory that a connection holds; see {@link MemoryAccount}. */
export interface StorageAccount {
  charge(bytes: number): void;
  release(bytes: number): void;
}

/** Lends memory for large read buffers; see {@link MemoryAccount}. */
export interface BufferAccount {
  /** Charges the bytes if the budget has room for them; returns whether it had. */
  borrow(bytes: number): boolean;
  giveBack(bytes: number): void;
}
