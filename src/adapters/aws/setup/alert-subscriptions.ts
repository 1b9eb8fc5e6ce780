import {
  ListSubscriptionsByTopicCommand,
  NotFoundException,
  type SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import type { AlertSubscription, AlertSubscriptions } from '../../../core/ports/setup/settings-store.ts';
import { attempt } from '../aws-failure.ts';

/** The e-mail subscriptions of the topic that alarms are sent to. */
export function createAlertSubscriptions(request: { client: SNSClient; topicArn: string }): AlertSubscriptions {
  const { client, topicArn } = request;
  return {
    list: () => attempt(`The subscriptions of ${topicArn} could not be read.`, () => list(client, topicArn)),
    async subscribe(address) {
      await attempt(`${address} could not be subscribed to ${topicArn}.`, () =>
        client.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'email', Endpoint: address })),
      );
    },
  };
}

async function list(client: SNSClient, topicArn: string): Promise<AlertSubscription[] | null> {
  const found: AlertSubscription[] = [];
  let token: string | undefined;
  try {
    do {
      const page = await client.send(
        new ListSubscriptionsByTopicCommand({
          TopicArn: topicArn,
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      );
      // A subscription without confirmation has this word in the place of its ARN.
      for (const { Protocol, Endpoint = '', SubscriptionArn = '' } of page.Subscriptions ?? [])
        if (Protocol === 'email') found.push({ address: Endpoint, isConfirmed: SubscriptionArn.startsWith('arn:') });
      token = page.NextToken;
    } while (token !== undefined);
    return found;
  } catch (error) {
    if (error instanceof NotFoundException) return null;
    throw error;
  }
}
