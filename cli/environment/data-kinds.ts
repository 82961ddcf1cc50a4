/** What cannot be had back once it is removed, by type, in the person's words. */
export const DATA_KINDS: Readonly<Record<string, string>> = {
  'AWS::EFS::FileSystem': 'data volume, with every file in it',
  'AWS::CodeCommit::Repository': 'Git repository, with all code in it',
  'AWS::ECR::Repository': 'image repository, with every image in it',
  'AWS::S3::Bucket': 'bucket, with every object and version in it',
  'AWS::DynamoDB::Table': 'table, with the history of all rollouts',
  'AWS::KMS::Key': 'encryption key: what it encrypted elsewhere cannot be read any more',
};
