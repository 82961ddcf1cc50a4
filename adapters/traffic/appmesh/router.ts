import {
  type AppMeshClient,
  CreateRouteCommand,
  CreateVirtualNodeCommand,
  DeleteRouteCommand,
  DeleteVirtualNodeCommand,
  DescribeRouteCommand,
  DescribeVirtualNodeCommand,
  type RouteData,
  UpdateRouteCommand,
} from '@aws-sdk/client-app-mesh';
import { type ServiceBinding, versionResourceName } from '../../../core/config/service-binding';
import { CanaryError } from '../../../core/errors';
import type { SplitState, TrafficRouter } from '../../../core/ports/traffic-router';
import { createSplit, equalSplits, NO_TRAFFIC, type Split } from '../../../core/traffic/split';
import { callAws, isAwsError, missingInAnswer } from '../../aws-errors';
import { rawWeights, readSplit, renderRoute, targetsOf } from './routes';
import { renderVirtualNode } from './virtual-node';

/**
 * One service's traffic in App Mesh: a virtual node per version, and one route on the service's virtual router
 * whose weighted targets are the split.
 */
export class AppMeshRouter implements TrafficRouter {
  constructor(
    private readonly client: AppMeshClient,
    private readonly binding: ServiceBinding,
  ) {}

  async addTarget(version: string): Promise<void> {
    const input = renderVirtualNode(this.binding, version);
    await callAws(this.call('CreateVirtualNode', { virtualNode: input.virtualNodeName }), async () => {
      try {
        await this.client.send(new CreateVirtualNodeCommand(input));
      } catch (error) {
        if (!isAwsError(error, 'ConflictException')) {
          throw error;
        }
        // A conflict is either an earlier attempt's node or a concurrent change: only an existing node is success.
        const { meshName, virtualNodeName } = input;
        await this.client.send(new DescribeVirtualNodeCommand({ meshName, virtualNodeName }));
      }
    });
  }

  async getSplit(): Promise<Split> {
    const route = await this.findRoute();
    return route?.spec === undefined ? NO_TRAFFIC : readSplit(this.binding, route.spec);
  }

  async setSplit(split: Split): Promise<void> {
    if (Object.keys(split.weights).length === 0) {
      await this.deleteRoute();
      return;
    }
    const input = { ...this.routeId(), spec: renderRoute(this.binding, createSplit(split.weights)) };
    const update = () => this.client.send(new UpdateRouteCommand(input));
    await callAws(this.call('UpdateRoute', { route: this.binding.router.route }), async () => {
      try {
        await update();
      } catch (error) {
        if (!isAwsError(error, 'NotFoundException')) {
          throw error;
        }
        await this.createRoute(input, update);
      }
    });
  }

  async verifySplit(split: Split): Promise<SplitState> {
    const route = await this.findRoute();
    const found = route?.spec === undefined ? NO_TRAFFIC : { weights: rawWeights(this.binding, route.spec) };
    const settled = route === null || route.status?.status === 'ACTIVE';
    return settled && equalSplits(found, split) ? 'reached' : 'pending';
  }

  async removeTarget(version: string): Promise<void> {
    const virtualNodeName = versionResourceName(this.binding, version);
    const route = await this.findRoute();
    const target = targetsOf(route?.spec ?? {}).find((one) => one.virtualNode === virtualNodeName);
    if (target !== undefined) {
      throw this.stillServing(version, `at weight ${target.weight}`);
    }
    const call = this.call('DeleteVirtualNode', { virtualNode: virtualNodeName });
    await callAws(call, async () => {
      try {
        const meshName = this.binding.router.mesh;
        await this.client.send(new DeleteVirtualNodeCommand({ meshName, virtualNodeName }));
      } catch (error) {
        if (isAwsError(error, 'ResourceInUseException')) {
          throw this.stillServing(version, 'as App Mesh says');
        }
        if (!isAwsError(error, 'NotFoundException')) {
          throw error;
        }
      }
    });
  }

  /** Somebody may create the route between our update and our creation; then the update finds it. */
  private async createRoute(
    input: ConstructorParameters<typeof CreateRouteCommand>[0],
    update: () => Promise<unknown>,
  ): Promise<void> {
    try {
      await this.client.send(new CreateRouteCommand(input));
    } catch (error) {
      if (!isAwsError(error, 'ConflictException')) {
        throw error;
      }
      await update();
    }
  }

  private async deleteRoute(): Promise<void> {
    await callAws(this.call('DeleteRoute', { route: this.binding.router.route }), async () => {
      try {
        await this.client.send(new DeleteRouteCommand(this.routeId()));
      } catch (error) {
        if (!isAwsError(error, 'NotFoundException')) {
          throw error;
        }
      }
    });
  }

  private async findRoute(): Promise<RouteData | null> {
    const call = this.call('DescribeRoute', { route: this.binding.router.route });
    return callAws(call, async () => {
      try {
        const { route } = await this.client.send(new DescribeRouteCommand(this.routeId()));
        if (route === undefined) {
          throw missingInAnswer(call, 'route');
        }
        return route.status?.status === 'DELETED' ? null : route;
      } catch (error) {
        if (isAwsError(error, 'NotFoundException')) {
          return null;
        }
        throw error;
      }
    });
  }

  private routeId() {
    const { mesh, virtualRouter, route } = this.binding.router;
    return { meshName: mesh, virtualRouterName: virtualRouter, routeName: route };
  }

  private call(operation: string, on: Readonly<Record<string, unknown>>) {
    return { action: `appmesh:${operation}`, on: { ...on, mesh: this.binding.router.mesh } };
  }

  private stillServing(version: string, how: string): CanaryError {
    const { service, router } = this.binding;
    return new CanaryError(
      'VersionStillServing',
      `version "${version}" of service "${service}" cannot be removed: route "${router.route}" still names it ${how}; set a split without it first`,
      { service, version, route: router.route },
    );
  }
}
