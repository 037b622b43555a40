import { get32, put32 } from './bytes.ts'

/** The flag that says that a VNI is there (RFC 7348, section 5). Everything else in the first word must be zero. */
const VNI_PRESENT = 0x08000000

export function writeVxlan(bytes: Uint8Array, at: number, vni: number): void {
  put32(bytes, at, VNI_PRESENT)
  put32(bytes, at + 4, vni << 8)
}

/** The VNI, or -1 when the eight octets are no VXLAN header. */
export function readVxlan(bytes: Uint8Array, at: number): number {
  if (get32(bytes, at) !== VNI_PRESENT || bytes[at + 7] !== 0) return -1
  return get32(bytes, at + 4) >>> 8
}
