import { spawnSync } from 'node:child_process'

const install = 'apt-get update && apt-get install -y --no-install-recommends nftables'

const program = '/usr/sbin/nft'

/** Path of the program that filters packets (nftables); undefined where it is missing, not permitted, or not asked for. */
export function nftProgram() {
  if (process.env.PREPAINT_NFT === 'off') return undefined
  return spawnSync(program, ['--check', 'add table inet prepaint']).status === 0 ? program : undefined
}

/** Brings nftables where that is allowed. Without it the tests lose packets by a proxy of their own, and say so. */
export function ensureNft() {
  if (process.env.PREPAINT_NFT === 'off' || nftProgram()) return
  const isAllowed = process.getuid?.() === 0 && spawnSync('sh', ['-c', 'command -v apt-get']).status === 0
  if (isAllowed) {
    console.log(`> ${install}`)
    spawnSync('sh', ['-c', install], { stdio: 'inherit' })
  }
  if (!nftProgram()) console.log('no nftables here: packets are lost by a proxy of the tests.')
}
