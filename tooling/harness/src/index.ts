export { Cluster, type ClusterOptions } from "./cluster.ts";
export { ClusterNode, type NodeConfig, type ReadyLine, type StartOptions } from "./cluster-node.ts";
export { type DiskEvent, readRecord, recordDisk } from "./disk-record.ts";
export { describeExit, type Exit } from "./exit.ts";
export { type Direction, FaultProxy } from "./fault-proxy.ts";
export { missingForLab, NetworkLab, type Site, type Trunk } from "./network-lab.ts";
export { type Answer, AnswerError, NodeClient, type NodeDigest, type NodeStatus } from "./node-client.ts";
export { patience } from "./patience.ts";
export { type Chance, losePower, nothingLost } from "./power-loss.ts";
export { mustRunNode, type ProgramOptions, type ProgramResult, runNode } from "./program.ts";
export { type Programs, workspacePrograms } from "./programs.ts";
export { Service, ServiceError, type ServiceOptions, tail } from "./service.ts";
export {
  diskFullAtWrite,
  failAlways,
  failAt,
  hasStrace,
  killAtFsync,
  killAtWrite,
  traceRunning,
} from "./strace.ts";
export { type WaitOptions, waitFor } from "./wait.ts";
