import type { ObjectMeta, OwnerReference } from '../objects/meta.ts'
import { type PlainObject, present } from './plain.ts'

/** What API servers call the group and version of kinds that own objects. */
const OWNERS: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  ReplicaSet: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  ReplicationController: 'v1',
  Node: 'v1',
  Pod: 'v1',
  Service: 'v1',
  Endpoints: 'v1',
  Job: 'batch/v1',
  CronJob: 'batch/v1',
}

function writeOwner({ kind, name, uid, controller }: OwnerReference): PlainObject {
  return present({ apiVersion: OWNERS[kind], kind, name, uid, ...(controller ? { controller } : {}) })
}

/** Metadata. What a cluster would have counted or drawn (creationTimestamp, resourceVersion, a uid) is there if the input had it. */
export function writeMeta(meta: ObjectMeta & { readonly namespace?: string }): PlainObject {
  return present({
    name: meta.name,
    namespace: meta.namespace,
    labels: meta.labels,
    annotations: meta.annotations,
    uid: meta.uid,
    deletionTimestamp: meta.deletionTimestamp,
    ownerReferences: meta.ownerReferences.map(writeOwner),
  })
}
