/**
 * The laboratory: the real kernel as judge. It runs a lab script under bash in network namespaces of its own, watches every
 * frame on every device, every rule that a packet matched, every conntrack event and the tables at the end, and gives the
 * record in the form of `commands/record`, where it can be compared with the simulator's.
 *
 * Linux and root only, and no more than Debian's own packages: a small Perl program (`recorder-program.ts`, perl-base) stands where
 * Node cannot: in the namespaces, at packet sockets and netlink. It collects octets; all reading of them is done here, in
 * TypeScript, apart from the simulator's code, so that the judge shares no mistake with the judged.
 *
 * Sources: Documentation/networking/packet_mmap.rst, include/uapi/linux/netfilter/{nf_tables,nfnetlink_conntrack}.h.
 */
export { LabError } from './errors.ts'
export { iptablesIsLegacy, labObstacle, type RecordOptions, recordLab, recordLabText } from './record-lab.ts'
export { judge, type StoredLab, storedLabs } from './stored.ts'
