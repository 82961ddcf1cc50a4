export type { Replacement, RepositoryChange } from './change';
export { RepositoryError } from './git';
export {
  checkout,
  commitChange,
  createRepository,
  openRepository,
  resolveRevision,
  type ServiceRepository,
} from './repository';
