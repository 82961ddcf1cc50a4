export { createImageBuilder, type ImageBuilderOptions, toHostCommand } from './builder';
export { mapIfPresent } from './host-paths';
export {
  type BuildRequest,
  type BuiltImage,
  ImageBuildError,
  type ImageBuilder,
  type ImageKind,
} from './types';
