/**
 * Packets to and from real octets, for capture and comparison only: no octets travel in the simulation. One file in
 * `codec/` for each header; `encode.ts` and `decode.ts` know how they nest.
 */
export { type DecodeOptions, decodeFrame, decodeIp } from './codec/decode.ts'
export { encodeFrame, encodeIp } from './codec/encode.ts'
