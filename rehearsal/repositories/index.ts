export type { Replacement, RepositoryChange } from './change';
export { RepositoryError } from './git';
export {
  checkout,
  commitChange,
  createRepository,
  describeCommit,
  exportCommit,
  isReleased,
  openRepository,
  pushCommit,
  resolveRevision,
  type ServiceRepository,
  stageChange,
} from './repository';
