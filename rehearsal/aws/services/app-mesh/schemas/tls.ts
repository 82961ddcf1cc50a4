import * as z from 'zod';
import { exactlyOne, port } from './common';

const filePath = z.string().min(1).max(255);
const fileCertificate = z.object({ certificateChain: filePath, privateKey: filePath });
const sds = z.object({ secretName: z.string() });
const fileTrust = z.object({ certificateChain: filePath });
const subjectAlternativeNames = z.object({
  match: z.object({ exact: z.array(z.string().min(1).max(254)) }),
});

/** TLS that a listener offers. */
export const listenerTls = z.object({
  mode: z.enum(['STRICT', 'PERMISSIVE', 'DISABLED']),
  certificate: exactlyOne({ acm: z.object({ certificateArn: z.string() }), file: fileCertificate, sds }),
  validation: z
    .object({
      trust: exactlyOne({ file: fileTrust, sds }),
      subjectAlternativeNames: subjectAlternativeNames.optional(),
    })
    .optional(),
});

/** TLS that a client uses towards its backends. */
export const clientPolicy = z.object({
  tls: z
    .object({
      enforce: z.boolean().optional(),
      ports: z.array(port).optional(),
      certificate: exactlyOne({ file: fileCertificate, sds }).optional(),
      validation: z.object({
        trust: exactlyOne({
          acm: z.object({ certificateAuthorityArns: z.array(z.string()).min(1).max(3) }),
          file: fileTrust,
          sds,
        }),
        subjectAlternativeNames: subjectAlternativeNames.optional(),
      }),
    })
    .optional(),
});
