<?php
/**
 * Plugin Name: Akismet calls for your own moderation service
 * Description: What the Akismet plugin asks rest.akismet.com is asked at MODERATION_URL (wp-config.php) instead.
 * License: MIT
 */

add_filter( 'pre_http_request', 'moderation_akismet_call', 10, 3 );
add_action( 'wp_insert_comment', 'moderation_akismet_keep_guid' );

/** Sends a call to Akismet elsewhere. Without an address, or an answer, Akismet holds the comment. */
function moderation_akismet_call( $answer, $args, $url ) {
	if ( ! preg_match( '#^https?://(?:([0-9a-f]{12})\.)?rest\.akismet\.com(/1\.[12]/.*)$#i', $url, $found ) ) {
		return $answer;
	}
	$is_check = false !== strpos( $found[2], '/comment-check' );
	if ( ! defined( 'MODERATION_URL' ) ) {
		return $is_check ? moderation_akismet_no_answer() : new WP_Error( 'moderation_url', 'MODERATION_URL is missing in wp-config.php.' );
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
	if ( ! $is_check ) {
		return $answer;
	}
	$GLOBALS['moderation_akismet_guid'] = wp_remote_retrieve_header( $answer, 'x-akismet-guid' );
	return $GLOBALS['moderation_akismet_guid'] ? $answer : moderation_akismet_no_answer();
}

/** Neither `true` nor `false`. Akismet 5.5 and later publish a comment whose check has come back without a guid. */
function moderation_akismet_no_answer() {
	return array(
		'headers'  => array( 'x-akismet-guid' => wp_generate_uuid4() ),
		'body'     => 'unavailable',
		'response' => array( 'code' => 503, 'message' => 'Service Unavailable' ),
		'cookies'  => array(),
		'filename' => null,
	);
}

/** Remembers by which id the service knows a new comment, so that replies to it find it there. */
function moderation_akismet_keep_guid( $comment_id ) {
	if ( ! empty( $GLOBALS['moderation_akismet_guid'] ) ) {
		add_comment_meta( $comment_id, 'moderation_guid', $GLOBALS['moderation_akismet_guid'], true );
		unset( $GLOBALS['moderation_akismet_guid'] );
	}
}
