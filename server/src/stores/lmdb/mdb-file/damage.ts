/** A file is no sound LMDB file: mapped, it would end the process by a signal, or give wrong rows. */
export class MdbDamagedError extends Error {
  override readonly name = 'MdbDamagedError'
}

/** @throws MdbDamagedError unless it holds. */
export function assertSound(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new MdbDamagedError(otherwise)
}
