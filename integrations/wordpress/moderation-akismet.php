<?php
/**
 * Plugin Name: Akismet calls for your own moderation service
 * Description: What the Akismet plugin asks rest.akismet.com is asked at MODERATION_URL (wp-config.php) instead.
 * License: MIT
 */

add_filter( 'pre_http_request', 'moderation_akismet_call', 10, 3 );
add_action( 'wp_insert_comment', 'moderation_akismet_keep_guid' );

/** Sends a call to Akismet elsewhere. Without an address it fails, and Akismet holds the comment. */
function moderation_akismet_call( $answer, $args, $url ) {
	if ( ! preg_match( '#^https?://(?:([0-9a-f]{12})\.)?rest\.akismet\.com(/1\.[12]/.*)$#i', $url, $found ) ) {
		return $answer;
	}
	if ( ! defined( 'MODERATION_URL' ) ) {
		return new WP_Error( 'moderation_url', 'MODERATION_URL is missing in wp-config.php.' );
	}
	$body = is_array( $args['body'] ) ? http_build_query( $args['body'] ) : (string) $args['body'];
	wp_parse_str( $body, $form );
	$told = array(
		'api_key'     => empty( $form['api_key'] ) ? $found[1] : '',
		'guid'        => empty( $form['comment_ID'] ) ? '' : get_comment_meta( $form['comment_ID'], 'moderation_guid', true ),
		'parent_guid' => empty( $form['comment_parent'] ) ? '' : get_comment_meta( $form['comment_parent'], 'moderation_guid', true ),
	);
	if ( 'GET' !== $args['method'] ) {
		$args['body'] = $body . '&' . http_build_query( array_filter( $told ) );
	}
	unset( $args['headers']['Host'] );
	$answer = wp_remote_request( rtrim( MODERATION_URL, '/' ) . $found[2], $args );
	if ( strpos( $found[2], '/comment-check' ) ) {
		$GLOBALS['moderation_akismet_guid'] = wp_remote_retrieve_header( $answer, 'x-akismet-guid' );
	}
	return $answer;
}

/** Remembers by which id the service knows a new comment, so that replies to it find it there. */
function moderation_akismet_keep_guid( $comment_id ) {
	if ( ! empty( $GLOBALS['moderation_akismet_guid'] ) ) {
		add_comment_meta( $comment_id, 'moderation_guid', $GLOBALS['moderation_akismet_guid'], true );
		unset( $GLOBALS['moderation_akismet_guid'] );
	}
}
