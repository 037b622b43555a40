/** What cluster members are named under (`clusterDomain` of KubeletConfiguration, as kubeadm has it). */
export const CLUSTER_DOMAIN = 'cluster.local'
